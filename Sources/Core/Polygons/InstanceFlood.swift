import Grids

/// Parts a component into the objects that touch in it, by growing seeds.
///
/// A model that marks the contact between neighbours gives every pixel a separateness
/// s = p · (1 − c), of the object's probability p and the contact's c. Seeds are connected pixels
/// with s ≥ 0.6 or without contact, c < 0.1, at least ten of them of the first kind: so a weak
/// neck that no contact marks does not part an object. Seeds grow together, from the highest s
/// down, over the pixels with c < 0.5; contact is then shared out among the nearest, and what lies
/// beside another object is left to nobody. Pixels of equal s are taken in the order in which they
/// were reached, seeds in row-major order, so the result depends on the component alone.
///
/// Source: seeded watershed (Meyer 1991), as the winners of SpaceNet 4 used it on contact masks.
package struct InstanceFlood {
  private let width: Int
  private let owners: [ComponentPatch.Owner]
  /// 0…200 per pixel of the patch.
  private let separateness: [UInt8]
  private let isContact: [Bool]
  private let isClear: [Bool]
  /// 0 where no seed has arrived yet.
  private var labels: [Int32]

  /// The s from which pixels are seeds, in steps of 1/200.
  static let seedLevel: UInt8 = 120
  /// The fewest pixels of a seed with that s.
  static let seedPixels = 10
  /// The contact probability below which there is none, in steps of 1/200.
  static let clearLevel: UInt8 = 20
  /// The contact probability from which pixels lie between objects, in steps of 1/200.
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
    flood.grow()
    flood.shareContact()
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
    isClear = contact.map { $0 < Self.clearLevel || $0 > Self.one }
    labels = [Int32](repeating: 0, count: owners.count)
  }

  private func seeds(in window: PixelWindow) -> [Component] {
    let candidates = owners.indices.map { pixel -> UInt8 in
      guard owners[pixel] == .component else { return 0 }
      return separateness[pixel] >= Self.seedLevel ? 2 : isClear[pixel] ? 1 : 0
    }
    return ComponentFinder.components(of: candidates, in: window, where: 1...2).filter { seed in
      pixels(of: seed, in: window).reduce(0) { $0 + (candidates[$1] == 2 ? 1 : 0) }
        >= Self.seedPixels
    }
  }

  private func pixels(of component: Component, in window: PixelWindow) -> [Int] {
    component.runs.flatMap { run in
      let start = (run.y - window.y) * width + run.x - window.x
      return start..<start + run.count
    }
  }

  /// Grows all labels from high to low, up to each other and to the contact between them.
  private mutating func grow() {
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
      where owners[next] == .component && labels[next] == 0 && !isContact[next] {
        labels[next] = labels[pixel]
        let own = Int(separateness[next])
        waiting[own].append(next)
        level = max(level, own)
      }
    }
  }

  /// Shares contact out among the nearest objects, but for what then lies beside another one.
  ///
  /// Contact is part of what touches. Left to nobody, a line of contact that ends inside a roof would
  /// cut a slit into it, and a spot of contact a hole.
  private mutating func shareContact() {
    let isShared = labels.map { $0 == 0 }
    var reached = labels.indices.filter { labels[$0] != 0 }
    var head = 0
    while head < reached.count {
      let pixel = reached[head]
      head += 1
      for next in neighbors(of: pixel) where labels[next] == 0 {
        labels[next] = labels[pixel]
        reached.append(next)
      }
    }
    let between = labels.indices.filter { pixel in
      isShared[pixel] && labels[pixel] != 0
        && neighbors(of: pixel).contains { labels[$0] != labels[pixel] }
    }
    for pixel in between { labels[pixel] = 0 }
  }

  /// The pixels of the component beside one of its pixels.
  private func neighbors(of pixel: Int) -> [Int] {
    [pixel - width, pixel - 1, pixel + 1, pixel + width].filter { owners[$0] == .component }
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
