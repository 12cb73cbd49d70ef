/// Some slices, as Slurm writes the tasks of an array: `0-3,7,9-11`.
struct SliceList: Hashable, Sendable {
  /// The slices, in order.
  let indices: [Int]

  /// Lists slices, in any order.
  init(_ indices: some Sequence<Int>) { self.indices = Set(indices).sorted() }

  /// The list, as `sbatch --array` takes it; empty for none.
  var words: String {
    var ranges: [ClosedRange<Int>] = []
    for index in indices {
      if let last = ranges.last, last.upperBound + 1 == index {
        ranges[ranges.count - 1] = last.lowerBound...index
      } else {
        ranges.append(index...index)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }
}
