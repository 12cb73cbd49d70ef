import Testing

@testable import Mosaicking

/// The same by plain loops over the pixels that are there.
private func plainly(
  _ rule: OverviewRule, _ source: [UInt8], width: Int
) -> [UInt8] {
  let height = source.count / width
  var result: [UInt8] = []
  for y in stride(from: 0, to: height, by: 2) {
    for x in stride(from: 0, to: width, by: 2) {
      let places = [(x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1)]
      let values = places.filter { $0.0 < width && $0.1 < height }.map {
        source[$0.1 * width + $0.0]
      }
      switch rule {
      case .mode(let nodata):
        let known = values.filter { $0 != nodata }
        let counts = Dictionary(grouping: known, by: \.self).mapValues(\.count)
        let most = counts.values.max()
        result.append(counts.filter { $0.value == most }.keys.min() ?? nodata ?? 0)
      case .corner: result.append(values[0])
      case .mean(let nodata):
        let known = values.filter { $0 != nodata }.map(Double.init)
        let mean = known.reduce(0, +) / Double(known.count)
        result.append(known.isEmpty ? nodata : UInt8(mean.rounded(.toNearestOrAwayFromZero)))
      }
    }
  }
  return result
}

private func halve(_ rule: OverviewRule, _ source: [UInt8], width: Int) -> [UInt8] {
  let height = source.count / width
  var target = [UInt8](repeating: 77, count: (width + 1) / 2 * ((height + 1) / 2))
  target.withUnsafeMutableBufferPointer { target in
    source.withUnsafeBufferPointer { rule.halve($0, width: width, into: target) }
  }
  return target
}

@Suite struct `Smaller copies` {
  static let rules: [OverviewRule] = [
    .mode(nodata: 255), .mode(nodata: nil), .mean(nodata: 255), .corner,
  ]

  @Test(arguments: rules)
  func `of every square of four are those of the plain loops`(_ rule: OverviewRule) {
    let values: [UInt8] = [0, 1, 2, 3, 200, 254, 255]
    for a in values {
      for b in values {
        let source = values.flatMap { c in values.flatMap { d in [a, b, c, d] } }
        for square in stride(from: 0, to: source.count, by: 4) {
          let four = Array(source[square..<square + 4])
          #expect(halve(rule, four, width: 2) == plainly(rule, four, width: 2))
        }
      }
    }
  }

  @Test(arguments: rules, [(1, 1), (1, 2), (2, 1), (3, 3), (5, 4), (4, 7), (513, 3)])
  func `of odd extents are those of the plain loops`(_ rule: OverviewRule, _ size: (Int, Int)) {
    let source = (0..<size.0 * size.1).map { index -> UInt8 in
      let mixed = (index * 7) ^ (index / 3)
      return mixed % 5 == 0 ? 255 : UInt8(index * 5 % 3)
    }
    #expect(halve(rule, source, width: size.0) == plainly(rule, source, width: size.0))
  }

  @Test func `prefer the lowest of equally frequent classes`() {
    #expect(halve(.mode(nodata: 255), [2, 1, 1, 2], width: 2) == [1])
    #expect(halve(.mode(nodata: 255), [3, 0, 2, 1], width: 2) == [0])
  }

  @Test func `are nodata only where all four are`() {
    #expect(halve(.mode(nodata: 255), [255, 255, 255, 1], width: 2) == [1])
    #expect(halve(.mean(nodata: 255), [255, 255, 255, 7], width: 2) == [7])
    #expect(halve(.mode(nodata: 255), [255, 255, 255, 255], width: 2) == [255])
    #expect(halve(.mean(nodata: 255), [255, 255, 255, 255], width: 2) == [255])
  }
}
