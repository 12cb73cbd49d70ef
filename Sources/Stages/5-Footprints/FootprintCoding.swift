import Polygons

/// The bytes of a footprint in a fragment: little-endian numbers in a fixed order.
enum FootprintCoding {
  /// Appends a footprint: the number of bytes that follow, then its fields.
  static func encode(_ footprint: Footprint, into bytes: inout [UInt8]) {
    var record: [UInt8] = []
    append(footprint.canonicalPixel.x, to: &record)
    append(footprint.canonicalPixel.y, to: &record)
    record.append(UInt8(OutlineMethod.allCases.firstIndex(of: footprint.method) ?? 0))
    append(footprint.direction ?? .nan, to: &record)
    for number in [
      footprint.confidence, footprint.areaSquareMeters, footprint.latitude, footprint.longitude,
    ] {
      append(number, to: &record)
    }
    append(footprint.polygon.rings.count, to: &record)
    for ring in footprint.polygon.rings {
      append(ring.points.count, to: &record)
      for point in ring.points {
        append(point.x, to: &record)
        append(point.y, to: &record)
      }
    }
    append(record.count, to: &bytes)
    bytes += record
  }

  /// Reads the fields of a footprint; nil when they do not fill the record exactly.
  static func decode(_ record: ArraySlice<UInt8>) -> Footprint? {
    var cursor = ByteCursor(record)
    guard let x = cursor.integer(), let y = cursor.integer(), let method = cursor.byte(),
      Int(method) < OutlineMethod.allCases.count, let direction = cursor.number(),
      let confidence = cursor.number(), let area = cursor.number(), let latitude = cursor.number(),
      let longitude = cursor.number(), let rings = rings(from: &cursor), cursor.isAtEnd
    else { return nil }
    return Footprint(
      canonicalPixel: LatticePixel(x: x, y: y),
      polygon: Polygon(outer: rings[0], holes: Array(rings.dropFirst())),
      method: OutlineMethod.allCases[Int(method)], direction: direction.isNaN ? nil : direction,
      confidence: confidence, areaSquareMeters: area, latitude: latitude, longitude: longitude)
  }

  private static func rings(from cursor: inout ByteCursor) -> [Ring]? {
    guard let count = cursor.count(ofAtLeast: 8), count > 0 else { return nil }
    var rings: [Ring] = []
    for _ in 0..<count {
      guard let pointCount = cursor.count(ofAtLeast: 16) else { return nil }
      var points: [Point] = []
      points.reserveCapacity(pointCount)
      for _ in 0..<pointCount {
        guard let x = cursor.number(), let y = cursor.number() else { return nil }
        points.append(Point(x: x, y: y))
      }
      rings.append(Ring(points))
    }
    return rings
  }

  static func append(_ integer: Int, to bytes: inout [UInt8]) {
    bytes.appendLittleEndian(Int64(integer))
  }

  static func append(_ number: Double, to bytes: inout [UInt8]) {
    bytes.appendLittleEndian(number.bitPattern)
  }
}

extension Footprint: FragmentRecord {
  /// What a fragment of footprints begins with.
  public static let signature = Array("mapwright footprints 1\n".utf8)

  /// Appends the footprint.
  public func encode(into bytes: inout [UInt8]) { FootprintCoding.encode(self, into: &bytes) }

  /// Reads the fields of a footprint; nil when they do not fill the record exactly.
  public static func decode(_ record: ArraySlice<UInt8>) -> Footprint? {
    FootprintCoding.decode(record)
  }
}

/// Reads numbers one after the other, as long as there are bytes.
struct ByteCursor {
  private var bytes: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  var isAtEnd: Bool { bytes.isEmpty }

  mutating func byte() -> UInt8? { bytes.popFirst() }

  mutating func integer() -> Int? { word().map { Int(Int64(bitPattern: $0)) } }

  mutating func shortInteger() -> Int? { word(bytes: 4).map { Int(Int32(truncatingIfNeeded: $0)) } }

  mutating func number() -> Double? { word().map(Double.init(bitPattern:)) }

  /// A count of things of at least `size` bytes; nil when there are not bytes enough.
  mutating func count(ofAtLeast size: Int) -> Int? {
    guard let count = integer(), count >= 0, count <= bytes.count / size else { return nil }
    return count
  }

  private mutating func word(bytes count: Int = 8) -> UInt64? {
    guard bytes.count >= count else { return nil }
    var word: UInt64 = 0
    for (index, byte) in bytes.prefix(count).enumerated() { word |= UInt64(byte) << (8 * index) }
    bytes.removeFirst(count)
    return word
  }
}
