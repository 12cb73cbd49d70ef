import Polygons

/// Where tiles lie in a PMTiles archive.
///
/// Source: PMTiles v3, spec/v3/spec.md, section 4.
struct TileDirectory {
  /// A tile, or with a run length of 0 a directory of tiles from this one on.
  struct Entry {
    var tile: UInt64
    var offset: Int
    var length: Int
    var runLength = 1
  }

  /// The bytes at an archive's beginning that header and root directory have to fit into.
  static let rootBytes = 16_384 - TileArchiveHeader.byteCount

  private(set) var entries: [Entry] = []

  /// Adds a tile, in the order of numbers.
  mutating func add(_ tile: UInt64, offset: Int, length: Int) {
    entries.append(Entry(tile: tile, offset: offset, length: length))
  }

  /// The packed root, and the leaves that it points to, one behind the other.
  func packed() -> (root: [UInt8], leaves: [UInt8]) {
    let whole = Gzip.packed(Self.encoded(entries[...]))
    if whole.count <= Self.rootBytes { return (whole, []) }
    var size = 4096
    while true {
      var leaves: [UInt8] = []
      var pointers: [Entry] = []
      for start in stride(from: 0, to: entries.count, by: size) {
        let leaf = Gzip.packed(Self.encoded(entries[start..<min(start + size, entries.count)]))
        pointers.append(
          Entry(
            tile: entries[start].tile, offset: leaves.count, length: leaf.count, runLength: 0))
        leaves += leaf
      }
      let root = Gzip.packed(Self.encoded(pointers[...]))
      if root.count <= Self.rootBytes { return (root, leaves) }
      size *= 2
    }
  }

  private static func encoded(_ entries: ArraySlice<Entry>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendVariable(UInt64(entries.count))
    var last: UInt64 = 0
    for entry in entries {
      bytes.appendVariable(entry.tile - last)
      last = entry.tile
    }
    for entry in entries { bytes.appendVariable(UInt64(entry.runLength)) }
    for entry in entries { bytes.appendVariable(UInt64(entry.length)) }
    var end: Int?
    for entry in entries {
      // 0 means: right behind the one before.
      bytes.appendVariable(entry.offset == end ? 0 : UInt64(entry.offset) + 1)
      end = entry.offset + entry.length
    }
    return bytes
  }
}
