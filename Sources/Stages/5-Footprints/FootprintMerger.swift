import Grids
import Polygons

/// Brings the footprints of many fragments into one order, holding few of them in memory.
///
/// The order is that of canonical pixels: row by row over the whole lattice. A fragment is opened
/// when the merge reaches its first row and dropped after its last footprint, so the memory is that
/// of one row of shards, 64 KB each, however many rows there are.
public struct FootprintMerger {
  /// Fragments not yet needed, the one with the topmost core last.
  private var waiting: [FootprintFragment]
  /// A heap of open fragments by their next footprint.
  private var open: [Source] = []

  private struct Source {
    var next: Footprint
    var reader: FragmentReader<Footprint>
  }

  /// Merges fragments whose cores do not overlap.
  public init(_ fragments: [FootprintFragment]) {
    waiting = fragments.sorted { a, b in
      (a.core.y, a.core.x, a.path) > (b.core.y, b.core.x, b.path)
    }
  }

  /// The next footprint of all; nil after the last.
  ///
  /// - Throws: ``FootprintError``.
  public mutating func next() throws(FootprintError) -> Footprint? {
    while let fragment = waiting.last,
      open.isEmpty || fragment.core.y <= open[0].next.canonicalPixel.y
    {
      waiting.removeLast()
      var reader = try FragmentReader<Footprint>(fragment)
      if let first = try reader.next() { push(Source(next: first, reader: reader)) }
    }
    guard var source = open.first else { return nil }
    let footprint = source.next
    if let following = try source.reader.next() {
      source.next = following
      open[0] = source
    } else {
      let last = open.removeLast()
      if open.isEmpty { return footprint }
      open[0] = last
    }
    sink()
    return footprint
  }

  private func precedes(_ a: Int, _ b: Int) -> Bool {
    open[a].next.canonicalPixel < open[b].next.canonicalPixel
  }

  private mutating func push(_ source: Source) {
    open.append(source)
    var index = open.count - 1
    while index > 0, precedes(index, (index - 1) / 2) {
      open.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  private mutating func sink() {
    var index = 0
    while true {
      var least = index
      for child in [2 * index + 1, 2 * index + 2] where child < open.count && precedes(child, least)
      {
        least = child
      }
      guard least != index else { return }
      open.swapAt(least, index)
      index = least
    }
  }
}
