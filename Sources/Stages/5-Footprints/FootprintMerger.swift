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
  /// Open fragments, by their next footprint.
  private var open = Heap<Source>()

  private struct Source: Comparable {
    var next: Footprint
    var reader: FragmentReader<Footprint>

    static func < (a: Source, b: Source) -> Bool {
      a.next.canonicalPixel < b.next.canonicalPixel
    }

    static func == (a: Source, b: Source) -> Bool {
      a.next.canonicalPixel == b.next.canonicalPixel
    }
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
      open.least.map({ fragment.core.y <= $0.next.canonicalPixel.y }) ?? true
    {
      waiting.removeLast()
      var reader = try FragmentReader<Footprint>(fragment)
      if let first = try reader.next() { open.insert(Source(next: first, reader: reader)) }
    }
    guard var source = open.least else { return nil }
    let footprint = source.next
    if let following = try source.reader.next() {
      source.next = following
      open.replaceLeast(with: source)
    } else {
      _ = open.removeLeast()
    }
    return footprint
  }
}
