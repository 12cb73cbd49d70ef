extension Network {
  /// Computes a picture again and again, with all slots in use, to see how fast that is.
  ///
  /// - Parameters:
  ///   - picture: `shape.count` values.
  ///   - shape: The extents of one picture, `[N, C, H, W]`.
  ///   - goesOn: Asked after every picture, with how many were computed; what is begun is finished.
  /// - Returns: How many pictures were computed.
  public func computeRepeatedly(
    _ picture: [Float], shape: Shape, while goesOn: (Int) -> Bool
  ) throws(NetworkError) -> Int {
    let given = try outputShape(for: shape).count
    guard let network = self as? any OverlappingNetwork else {
      var map = [Float](repeating: 0, count: given)
      var span = map.mutableSpan
      var count = 0
      repeat {
        try run(picture.span, shape: shape, into: &span)
        count += 1
      } while goesOn(count)
      return count
    }
    // Every slot has its own picture, as chips have.
    let inputs = UnsafeMutablePointer<Float>.allocate(capacity: network.slots * shape.count)
    let outputs = UnsafeMutablePointer<Float>.allocate(capacity: network.slots * given)
    defer {
      inputs.deallocate()
      outputs.deallocate()
    }
    for slot in 0..<network.slots {
      (inputs + slot * shape.count).update(from: picture, count: shape.count)
    }
    // Nothing may be under way when the memory goes.
    defer { for slot in 0..<network.slots { try? network.finish(slot) } }
    func begin(_ slot: Int) throws(NetworkError) {
      try network.begin(
        slot, inputs + slot * shape.count, shape: shape, into: outputs + slot * given)
    }
    for slot in 0..<network.slots { try begin(slot) }
    var (begun, count) = (network.slots, 0)
    while count < begun {
      let slot = count % network.slots
      try network.finish(slot)
      count += 1
      if goesOn(count) {
        try begin(slot)
        begun += 1
      }
    }
    return count
  }
}
