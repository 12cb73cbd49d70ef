import Grids

/// Parts a component into the objects that touch in it, by growing seeds.
///
/// A model that marks the contact between neighbours gives every pixel a separateness
/// s = p · (1 − c), of the object's probability p and the contact's c. Seeds are the parts of the
/// component with s ≥ 0.6 and at least ten pixels; they grow together, from the highest s down,
/// first over the pixels without contact and then over the rest. Pixels of equal s are taken in the
/// order in which they were reached, seeds in row-major order, so the result depends on the
/// component alone.
///
/// Source: seeded watershed (Meyer 1991), as the winners of SpaceNet 4 used it on contact masks.
package struct InstanceFlood {
  private let width: Int
  private let owners: [ComponentPatch.Owner]
  /// 0…200 per pixel of the patch.
  private let separateness: [UInt8]
  private let isContact: [Bool]
  /// 0 where no seed has arrived yet.
  private var labels: [Int32]

  /// The s from which pixels are seeds, in steps of 1/200.
  static let seedLevel: UInt8 = 120
  /// The fewest pixels of a seed.
  static let seedPixels = 10
  /// The contact probability from which pixels wait for the others, in steps of 1/200.
  static let contactLevel: UInt8 = 100
  /// The value of probability 1.
  static let one = 200

  /// The objects in a component: itself when there are not two seeds in it.
  ///
  /// - Parameters:
  ///   - component: What to part.
  ///   - patch: The component's, with its probability in steps of 1/200.
  ///   - contact: The probability of contact per pixel of the patch, in steps of 1/200; larger
  ///     values are nodata and count as none.
  /// - Complexity: O(pixels of the patch).
  package static func instances(
    of component: Component, patch: ComponentPatch, contact: [UInt8]
  ) -> [Component] {
    var flood = InstanceFlood(patch: patch, contact: contact)
    let seeds = flood.seeds(in: patch.window)
    guard seeds.count > 1 else { return [component] }
    for (index, seed) in seeds.enumerated() {
      for pixel in flood.pixels(of: seed, in: patch.window) {
        flood.labels[pixel] = Int32(index + 1)
      }
    }
    flood.grow(overContact: false)
    flood.grow(overContact: true)
    return flood.components(count: seeds.count, in: patch.window)
  }

  private init(patch: ComponentPatch, contact: [UInt8]) {
    precondition(contact.count == patch.values.count)
    width = patch.window.width
    owners = patch.owners
    separateness = zip(patch.values, contact).map { value, contact in
      let apart = contact > Self.one ? Self.one : Self.one - Int(contact)
      return UInt8(min(Int(value), Self.one) * apart / Self.one)
    }
    isContact = contact.map { $0 >= Self.contactLevel && $0 <= Self.one }
    labels = [Int32](repeating: 0, count: owners.count)
  }

  private func seeds(in window: PixelWindow) -> [Component] {
    let candidates = owners.indices.map { owners[$0] == .component ? separateness[$0] : 0 }
    return ComponentFinder.components(of: candidates, in: window, where: Self.seedLevel...255)
      .filter { $0.pixelCount >= Self.seedPixels }
  }

  private func pixels(of component: Component, in window: PixelWindow) -> [Int] {
    component.runs.flatMap { run in
      let start = (run.y - window.y) * width + run.x - window.x
      return start..<start + run.count
    }
  }

  /// Grows all labels by one wave from high to low, over contact pixels too or around them.
  private mutating func grow(overContact: Bool) {
    var waiting = [[Int]](repeating: [], count: Self.one + 1)
    var level = 0
    for pixel in labels.indices where labels[pixel] != 0 {
      let own = Int(separateness[pixel])
      waiting[own].append(pixel)
      level = max(level, own)
    }
    var heads = [Int](repeating: 0, count: Self.one + 1)
    while level >= 0 {
      guard heads[level] < waiting[level].count else {
        level -= 1
        continue
      }
      let pixel = waiting[level][heads[level]]
      heads[level] += 1
      for next in [pixel - width, pixel - 1, pixel + 1, pixel + width]
      where owners[next] == .component && labels[next] == 0 && (overContact || !isContact[next]) {
        labels[next] = labels[pixel]
        let own = Int(separateness[next])
        waiting[own].append(next)
        level = max(level, own)
      }
    }
  }

  /// What each label holds, in the order of their first pixels.
  private func components(count: Int, in window: PixelWindow) -> [Component] {
    var runs = [[PixelRun]](repeating: [], count: count)
    var pixel = 0
    while pixel < labels.count {
      let label = labels[pixel]
      let start = pixel
      let end = (pixel / width + 1) * width
      while pixel < end, labels[pixel] == label { pixel += 1 }
      guard label != 0 else { continue }
      runs[Int(label) - 1].append(
        PixelRun(
          x: window.x + start % width, y: window.y + start / width, count: pixel - start))
    }
    return runs.map(Component.init(runs:)).sorted { $0.canonicalPixel < $1.canonicalPixel }
  }
}
