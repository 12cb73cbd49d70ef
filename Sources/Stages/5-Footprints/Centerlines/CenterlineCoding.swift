public import Polygons

// A piece of a centreline in a fragment: little-endian numbers in a fixed order.

extension CenterlinePiece: FragmentRecord {
  /// What a fragment of pieces begins with.
  public static let signature = Array("mapwright centrelines 1\n".utf8)

  /// Appends the piece: its ends, then its pixels by the steps between them.
  public func encode(into bytes: inout [UInt8]) {
    var record: [UInt8] = []
    for end in [start, end] { Self.append(end, to: &record) }
    FootprintCoding.append(pixels.count, to: &record)
    var before = pixels[0].place
    FootprintCoding.append(before.x, to: &record)
    FootprintCoding.append(before.y, to: &record)
    for pixel in pixels {
      let step = (pixel.place.x - before.x + 1) + 3 * (pixel.place.y - before.y + 1)
      record.append(UInt8(step))
      record.append(pixel.value)
      record.append(pixel.marks.rawValue)
      record.appendLittleEndian(Int32(pixel.squaredRadius))
      before = pixel.place
    }
    FootprintCoding.append(record.count, to: &bytes)
    bytes += record
  }

  private static func append(_ end: CenterlineEnd, to record: inout [UInt8]) {
    switch end {
    case .free: record.append(0)
    case .border: record.append(1)
    case .cut(let place):
      record.append(2)
      FootprintCoding.append(place.x, to: &record)
      FootprintCoding.append(place.y, to: &record)
    case .junction(let place, let squaredRadius):
      record.append(3)
      FootprintCoding.append(place.x, to: &record)
      FootprintCoding.append(place.y, to: &record)
      FootprintCoding.append(squaredRadius, to: &record)
    }
  }

  /// Reads the fields of a piece; nil when they do not fill the record exactly.
  public static func decode(_ record: ArraySlice<UInt8>) -> CenterlinePiece? {
    var cursor = ByteCursor(record)
    guard let start = end(from: &cursor), let end = end(from: &cursor),
      let count = cursor.integer(), count > 0, count <= record.count / 7,
      var x = cursor.integer(), var y = cursor.integer()
    else { return nil }
    var pixels: [CenterlinePixel] = []
    pixels.reserveCapacity(count)
    for _ in 0..<count {
      guard let step = cursor.byte(), step < 9, let value = cursor.byte(),
        let marks = cursor.byte(), let squaredRadius = cursor.shortInteger()
      else { return nil }
      x += Int(step) % 3 - 1
      y += Int(step) / 3 - 1
      pixels.append(
        CenterlinePixel(
          place: LatticePixel(x: x, y: y), squaredRadius: squaredRadius, value: value,
          marks: CenterlinePixel.Marks(rawValue: marks)))
    }
    return cursor.isAtEnd ? CenterlinePiece(pixels: pixels, start: start, end: end) : nil
  }

  private static func end(from cursor: inout ByteCursor) -> CenterlineEnd? {
    switch cursor.byte() {
    case 0: return .free
    case 1: return .border
    case 2:
      guard let x = cursor.integer(), let y = cursor.integer() else { return nil }
      return .cut(LatticePixel(x: x, y: y))
    case 3:
      guard let x = cursor.number(), let y = cursor.number(), let radius = cursor.integer() else {
        return nil
      }
      return .junction(Point(x: x, y: y), squaredRadius: radius)
    default: return nil
    }
  }
}
