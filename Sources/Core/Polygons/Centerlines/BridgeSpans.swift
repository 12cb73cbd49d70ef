/// Which stretches of a centreline are bridges.
///
/// A deck interrupts what it crosses: on a map of classes, road lies between water on its left and
/// water on its right. Where a road crosses askew, one side begins before the other, and the stretch
/// begins and ends with the first side and the last. A pier has water on both sides, too, but no road
/// behind it.
enum BridgeSpans {
  /// The shortest bridge, in m.
  static let shortest = 2.0
  /// The longest stretch of a bridge without water on both sides, in m: a pillar's island, a gap.
  static let gap = 4.0

  /// The stretches, as ranges of pixels, in order.
  static func spans(of piece: CenterlinePiece, rules: CenterlineRules) -> [Range<Int>] {
    let pixels = piece.pixels
    let isOver = pixels.map { !$0.marks.isDisjoint(with: [.over, .bridge]) }
    var spans: [Range<Int>] = []
    var index = 0
    while index < pixels.count {
      guard isOver[index] else {
        index += 1
        continue
      }
      var end = index
      while end < pixels.count, isOver[end] { end += 1 }
      if let last = spans.last,
        length(of: pixels[last.upperBound - 1..<index + 1], rules) <= gap
      {
        spans[spans.count - 1] = last.lowerBound..<end
      } else {
        spans.append(index..<end)
      }
      index = end
    }
    return spans.map { grown($0, in: pixels) }.filter { span in
      let isPier =
        (span.lowerBound == 0 && piece.start == .free)
        || (span.upperBound == pixels.count && piece.end == .free)
      let isTold = pixels[span].contains { $0.marks.contains(.over) }
      // The end of a deck behind a junction is no bridge by itself.
      let least = isTold ? shortest : max(shortest, Centerline.width(of: pixels[span], rules))
      return !isPier && length(of: pixels[span], rules) >= least
    }
  }

  /// The stretch with what has water on one side at least, as far as the road is wide.
  private static func grown(_ span: Range<Int>, in pixels: [CenterlinePixel]) -> Range<Int> {
    func limit(_ index: Int) -> Int {
      Int(Double(pixels[index].squaredRadius).squareRoot() / CenterlineRules.radiusUnits) * 2
    }
    var (start, end) = (span.lowerBound, span.upperBound)
    let (first, last) = (start - limit(start), end + limit(end - 1))
    while start > max(0, first), pixels[start - 1].marks.contains(.beside) { start -= 1 }
    while end < min(pixels.count, last), pixels[end].marks.contains(.beside) { end += 1 }
    return start..<end
  }

  private static func length(
    of pixels: ArraySlice<CenterlinePixel>, _ rules: CenterlineRules
  ) -> Double {
    zip(pixels, pixels.dropFirst()).reduce(0) { sum, pair in
      sum + rules.step(pair.1.place.x - pair.0.place.x, pair.1.place.y - pair.0.place.y)
    }
  }
}
