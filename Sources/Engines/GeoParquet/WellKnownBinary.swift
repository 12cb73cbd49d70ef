import Polygons

/// Polygons in well-known binary, little-endian.
///
/// Source: OGC 06-103r4, section 8.2.
enum WellKnownBinary {
  /// The bytes of a polygon, or of several as one; every ring is closed by its first point.
  static func bytes(of parts: [Polygon]) -> [UInt8] {
    guard parts.count != 1 else { return bytes(of: parts[0]) }
    var bytes: [UInt8] = [1]
    bytes.appendLittleEndian(UInt32(6))
    bytes.appendLittleEndian(UInt32(parts.count))
    for part in parts { bytes += Self.bytes(of: part) }
    return bytes
  }

  /// The bytes of a polygon.
  static func bytes(of polygon: Polygon) -> [UInt8] {
    var bytes: [UInt8] = [1]
    bytes.reserveCapacity(9 + 16 * (polygon.vertexCount + polygon.rings.count))
    bytes.appendLittleEndian(UInt32(3))
    bytes.appendLittleEndian(UInt32(polygon.rings.count))
    for ring in polygon.rings {
      let closed = ring.points + ring.points.prefix(1)
      bytes.appendLittleEndian(UInt32(closed.count))
      for point in closed {
        bytes.appendLittleEndian(point.x.bitPattern)
        bytes.appendLittleEndian(point.y.bitPattern)
      }
    }
    return bytes
  }
}
