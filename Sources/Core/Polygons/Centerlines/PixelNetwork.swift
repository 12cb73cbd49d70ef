import Grids

/// Thin lines of pixels and how they hang together.
///
/// Pixels that share a side are linked, and those that share a corner unless a third pixel links
/// them over sides. Pixels with three links or more are junctions, with one they are ends.
struct PixelNetwork {
  let width: Int
  /// 1 where a pixel is, row-major; 0 on the outermost rows and columns.
  private(set) var pixels: [UInt8]
  private let rules: CenterlineRules
  /// From a pixel to its eight neighbours, clockwise from the one above.
  private let around: [Int]
  /// How far apart neighbours are, in m.
  private let steps: [Double]

  init(_ pixels: [UInt8], width: Int, rules: CenterlineRules) {
    self.pixels = pixels
    self.width = width
    self.rules = rules
    around = [-width, 1 - width, 1, width + 1, width, width - 1, -1, -width - 1]
    steps = [(0, -1), (1, -1), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1)].map {
      rules.step($0.0, $0.1)
    }
  }

  /// The directions in which a pixel is linked, one bit each.
  private static let links: [UInt8] = (0..<256).map { code in
    var links = 0
    for bit in 0..<8 where code >> bit & 1 != 0 {
      let sides = 1 << ((bit + 7) % 8) | 1 << ((bit + 1) % 8)
      if bit % 2 == 0 || code & sides == 0 { links |= 1 << bit }
    }
    return UInt8(links)
  }

  private func links(of pixel: Int) -> UInt8 {
    var code = 0
    for (bit, offset) in around.enumerated() { code |= Int(pixels[pixel + offset]) << bit }
    return Self.links[code]
  }

  /// How many pixels a pixel is linked to.
  func degree(of pixel: Int) -> Int { links(of: pixel).nonzeroBitCount }

  /// The pixels that a pixel is linked to, and how far away they are in m.
  func neighbours(of pixel: Int) -> [(pixel: Int, meters: Double)] {
    let links = links(of: pixel)
    return (0..<8).filter { links >> $0 & 1 != 0 }.map { (pixel + around[$0], steps[$0]) }
  }

  /// The next pixel of a line, and how far it is; nil at its end and at a junction.
  func next(after pixel: Int, from before: Int) -> (pixel: Int, meters: Double)? {
    let links = links(of: pixel)
    guard links.nonzeroBitCount == 2 else { return nil }
    for bit in 0..<8 where links >> bit & 1 != 0 && pixel + around[bit] != before {
      return (pixel + around[bit], steps[bit])
    }
    return nil
  }

  /// The pixels that are set, in row-major order.
  var places: [Int] { pixels.indices.filter { pixels[$0] != 0 } }

  /// A way along a line from a pixel, as far as it is no longer than asked for.
  ///
  /// - Returns: The pixels after the first, and the length in m; nil when the line is longer.
  func way(from pixel: Int, by first: Int, meters: Double, upTo longest: Double)
    -> (pixels: [Int], meters: Double)?
  {
    var (pixels, length, before) = ([first], meters, pixel)
    while let step = next(after: pixels[pixels.count - 1], from: before) {
      before = pixels[pixels.count - 1]
      length += step.meters
      pixels.append(step.pixel)
      guard length <= longest, step.pixel != pixel else { return nil }
    }
    return length <= longest ? (pixels, length) : nil
  }

  /// Takes away branches that end soon after they leave a junction.
  ///
  /// - Parameter radius: The distance of a junction to the rim, in m: so much of a branch lies
  ///   within the road that it leaves.
  mutating func prune(radius: (Int) -> Double) {
    var gone: [Int] = []
    for end in places where degree(of: end) == 1 {
      guard let first = neighbours(of: end).first,
        let way = way(
          from: end, by: first.pixel, meters: first.meters, upTo: rules.spur + rules.widest),
        let last = way.pixels.last, degree(of: last) > 2, way.meters < rules.spur + radius(last)
      else { continue }
      gone.append(end)
      gone += way.pixels.dropLast()
    }
    for pixel in gone { pixels[pixel] = 0 }
  }

  /// The pixel at most so many steps along a line.
  func pixel(after pixel: Int, by first: Int, steps: Int) -> Int {
    var (current, before) = (first, pixel)
    for _ in 1..<max(1, steps) {
      guard let step = next(after: current, from: before), step.pixel != pixel else { break }
      (before, current) = (current, step.pixel)
    }
    return current
  }
}
