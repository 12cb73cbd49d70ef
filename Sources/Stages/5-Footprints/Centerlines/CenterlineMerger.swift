import Grids
import Polygons

/// Joins the pieces of many fragments into whole centrelines, holding few of them in memory.
///
/// The order is that of canonical pixels, which are the last of each line: a line is whole when the
/// row of shards with its last pixel is read. So the memory is that of one row of shards and of the
/// lines that go on below it.
struct CenterlineMerger {
  /// Rows of fragments that are not read yet, the topmost last; from west to east.
  private var rows: [[FootprintFragment]]
  private var joiner = CenterlineJoiner()
  /// Whole lines, the first last.
  private var whole: [CenterlinePiece] = []

  /// Merges fragments whose cores tile a part of the plane.
  init(_ fragments: [FootprintFragment]) {
    rows = Dictionary(grouping: fragments) { $0.core.y }
      .sorted { $0.key > $1.key }
      .map { $0.value.sorted { $0.core.x < $1.core.x } }
  }

  /// The next centreline of all; nil after the last.
  ///
  /// - Throws: ``FootprintError``.
  mutating func next() throws(FootprintError) -> CenterlinePiece? {
    while whole.isEmpty, let row = rows.popLast() {
      for fragment in row {
        var reader = try FragmentReader<CenterlinePiece>(fragment)
        while let piece = try reader.next() { joiner.add(piece) }
      }
      let below = rows.last ?? []
      whole = joiner.finished { Self.holds($0, below) }.reversed()
    }
    return whole.popLast()
  }

  /// Whether one of a row's fragments holds a pixel: where a shard was set aside, lines end.
  private static func holds(_ place: LatticePixel, _ row: [FootprintFragment]) -> Bool {
    var (low, high) = (0, row.count)
    while low < high {
      let middle = (low + high) / 2
      if row[middle].core.maxX <= place.x { low = middle + 1 } else { high = middle }
    }
    return low < row.count && row[low].core.contains(x: place.x, y: place.y)
  }
}
