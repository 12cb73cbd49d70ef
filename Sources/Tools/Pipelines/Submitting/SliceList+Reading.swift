extension SliceList {
  /// Reads a list as it is written; nil when it is none, or names a slice that is none of `count`.
  init?(_ text: String, of count: Int) {
    var indices: Set<Int> = []
    for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = piece.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
        first >= 0, first <= last, last < count
      else { return nil }
      indices.formUnion(first...last)
    }
    self.init(indices)
  }
}
