import Polygons

/// The header of a PMTiles archive.
///
/// Source: PMTiles v3, spec/v3/spec.md, section 3.
struct TileArchiveHeader {
  static let byteCount = 127

  var root: Range<Int>
  var metadata: Range<Int>
  var leaves: Range<Int>
  var tiles: Range<Int>
  var tileCount: Int
  var zooms: ClosedRange<Int>
  /// In longitude and latitude.
  var low: Point
  var high: Point

  private enum Code {
    static let gzip: UInt8 = 2
    static let vectorTile: UInt8 = 1
  }

  var bytes: [UInt8] {
    var bytes = Array("PMTiles".utf8) + [3]
    for part in [root, metadata, leaves, tiles] {
      bytes.appendLittleEndian(UInt64(part.lowerBound))
      bytes.appendLittleEndian(UInt64(part.count))
    }
    // Tiles addressed, entries for them, and different contents: no two tiles are equal.
    for _ in 0..<3 { bytes.appendLittleEndian(UInt64(tileCount)) }
    bytes += [1, Code.gzip, Code.gzip, Code.vectorTile]
    bytes += [UInt8(zooms.lowerBound), UInt8(zooms.upperBound)]
    for degrees in [low.x, low.y, high.x, high.y] { append(degrees, to: &bytes) }
    bytes.append(UInt8(zooms.lowerBound))
    append((low.x + high.x) / 2, to: &bytes)
    append((low.y + high.y) / 2, to: &bytes)
    return bytes
  }

  private func append(_ degrees: Double, to bytes: inout [UInt8]) {
    bytes.appendLittleEndian(Int32((degrees * 1e7).rounded()))
  }
}
