/// Which entries of an input an output's entries depend on, along the rows or the columns.
indirect enum AxisReach: Sendable {
  /// The entry at the same place.
  case same
  /// Those under a window.
  case window(Window.Axis)
  /// From the first of two tables to the second.
  case taps(first: [Int32], second: [Int32])
  /// Those that the entries depend on which the first says.
  case chain(AxisReach, AxisReach)

  /// The input's entries that a range of the output needs.
  func needs(_ range: Range<Int>) -> Range<Int> {
    guard !range.isEmpty else { return 0..<0 }
    switch self {
    case .same: return range
    case .window(let axis):
      let first = range.lowerBound * axis.stride - axis.before
      let end = (range.upperBound - 1) * axis.stride - axis.before + axis.reach
      let lowest = min(max(first, 0), axis.input)
      return lowest..<max(min(end, axis.input), lowest)
    case .chain(let outer, let inner): return inner.needs(outer.needs(range))
    case .taps(let first, let second):
      return Int(first[range].min() ?? 0)..<Int(second[range].max() ?? -1) + 1
    }
  }
}
