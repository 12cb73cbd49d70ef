import Tensors

extension Program {
  /// Lays out the weights of every convolution as it will most likely read them, once for all
  /// shapes.
  mutating func transformWeights() {
    for index in nodes.indices {
      guard var convolution = nodes[index].operation as? Convolution,
        let weights = constants[nodes[index].inputs[1]], weights.type == .float32,
        weights.shape.rank == 4, weights.shape[1] > 1, weights.shape.count > 0,
        convolution.groups > 0, weights.shape[0] % convolution.groups == 0
      else { continue }
      let way: Convolution.Way =
        convolution.mayBeTiled && Winograd.suits(weights.shape) ? .tiles : .product
      convolution.prepared = (way, convolution.laidOut(weights, for: way))
      nodes[index].operation = convolution
    }
  }
}

extension Convolution {
  /// Whether nothing but the size of its input can keep it from running in tiles.
  fileprivate var mayBeTiled: Bool {
    let steps = (sliding.strides ?? []) + (sliding.dilations ?? [])
    return groups == 1 && steps.allSatisfy { $0 == 1 }
      && (sliding.pads ?? []).allSatisfy { (0...1).contains($0) }
  }
}
