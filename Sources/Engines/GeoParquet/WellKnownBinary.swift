import Polygons

/// Shapes in well-known binary, little-endian.
///
/// Source: OGC 06-103r4, section 8.2.
enum WellKnownBinary {
  /// The bytes of a shape; every ring is closed by its first point.
  static func bytes(of shape: Shape) -> [UInt8] {
    guard shape.isMultiple else { return bytes(ofPart: shape) }
    let parts = shape.parts
    var bytes: [UInt8] = [1]
    bytes.appendLittleEndian(UInt32(shape.kind.multipleNumber))
    bytes.appendLittleEndian(UInt32(parts.count))
    for part in parts { bytes += Self.bytes(ofPart: part) }
    return bytes
  }

  private static func bytes(ofPart shape: Shape) -> [UInt8] {
    let paths = shape.paths
    var bytes: [UInt8] = [1]
    bytes.reserveCapacity(paths.reduce(9) { $0 + 4 + 16 * $1.count })
    bytes.appendLittleEndian(UInt32(shape.kind.number))
    if shape.kind == .polygon { bytes.appendLittleEndian(UInt32(paths.count)) }
    for path in paths {
      if shape.kind != .point { bytes.appendLittleEndian(UInt32(path.count)) }
      for point in path {
        bytes.appendLittleEndian(point.x.bitPattern)
        bytes.appendLittleEndian(point.y.bitPattern)
      }
    }
    return bytes
  }
}
