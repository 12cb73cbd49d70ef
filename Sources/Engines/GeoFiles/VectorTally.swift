import CGDAL
import Glibc
import Polygons

/// How much a vector file holds: enough to see that a piece of it was lost on the way to the disk.
///
/// Some of OGR's drivers do not look whether a write went well, GeoJSON's among them. What is lost
/// then is a piece of the stream, from the middle or from the end: features, or points of one.
final class VectorTally {
  private(set) var features = 0
  private(set) var points = 0

  init() {}

  /// Counts a feature; every ring is closed by its first point.
  func add(_ shape: Shape) {
    features += 1
    points += shape.paths.reduce(0) { $0 + $1.count }
  }

  /// Counts more.
  func add(features: Int, points: Int) {
    self.features += features
    self.points += points
  }

  /// Counts what a file holds.
  ///
  /// - Throws: ``GeoFileError/wroteWrongly(path:reason:)`` when it cannot be read.
  /// - Complexity: O(features); constant memory.
  init(reading path: String) throws(GeoFileError) {
    let (raw, said) = GDALListener.listen {
      GDALOpenEx(
        path, UInt32(GDAL_OF_VECTOR | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR), nil, nil, nil)
    }
    guard let raw else { throw .wroteWrongly(path: path, reason: said.words) }
    let handle = DatasetHandle(raw)
    let (_, heard) = GDALListener.listen { count(GDALDatasetGetLayer(handle.raw, 0)) }
    guard heard.isContent else { throw .wroteWrongly(path: path, reason: heard.words) }
  }

  /// Counts what a layer holds.
  func count(_ layer: OGRLayerH?) {
    guard let layer else { return }
    OGR_L_ResetReading(layer)
    while let feature = OGR_L_GetNextFeature(layer) {
      defer { OGR_F_Destroy(feature) }
      features += 1
      if let shape = OGR_F_GetGeometryRef(feature) { points += Self.points(of: shape) }
    }
  }

  private static func points(of shape: OGRGeometryH) -> Int {
    (0..<OGR_G_GetGeometryCount(shape)).reduce(Int(OGR_G_GetPointCount(shape))) { sum, part in
      OGR_G_GetGeometryRef(shape, part).map { sum + points(of: $0) } ?? sum
    }
  }

  /// What differs from what was written, in words; nil when nothing does.
  func difference(from written: VectorTally) -> String? {
    guard features != written.features || points != written.points else { return nil }
    return "it holds \(features) features with \(points) points, "
      + "written were \(written.features) with \(written.points)"
  }
}

extension VectorTally {
  /// Counts what a file of commands for PostgreSQL holds: the rows behind `COPY`, the points in them.
  ///
  /// - Throws: ``GeoFileError/wroteWrongly(path:reason:)`` when it cannot be read, or breaks off.
  /// - Complexity: O(features); constant memory.
  convenience init(readingCommands path: String) throws(GeoFileError) {
    self.init()
    guard let file = VSIFOpenL(path, "rb") else {
      throw .wroteWrongly(path: path, reason: "it cannot be opened")
    }
    defer { _ = VSIFCloseL(file) }
    let longest = 1 << 30
    var (isInRows, last) = (false, "")
    while let text = CPLReadLine2L(file, Int32(longest), nil) {
      let line = UnsafeRawPointer(text)
      if isInRows {
        if strncmp(text, "\\.", 3) == 0 { isInRows = false } else { addRow(line) }
        continue
      }
      last = String(cString: text)
      if last.hasPrefix("COPY ") { isInRows = true }
    }
    _ = CPLReadLineL(nil)  // frees the line
    guard last == "COMMIT;" else {
      throw .wroteWrongly(path: path, reason: "it ends before the last command")
    }
  }

  /// Counts a row; its first cell is a shape in hexadecimal extended well-known binary.
  ///
  /// What is missing at its end shows as points that are missing.
  private func addRow(_ row: UnsafeRawPointer) {
    let text = row.assumingMemoryBound(to: UInt8.self)
    let tab = UInt8(ascii: "\t")
    var length = 0
    while text[length] != 0 && text[length] != tab { length += 1 }
    func number(at byte: Int) -> Int {
      var number = 0
      for index in 0..<4 {
        let digits = String(
          decoding: UnsafeBufferPointer(start: text + 2 * (byte + index), count: 2), as: UTF8.self)
        number |= (Int(digits, radix: 16) ?? 0) << (8 * index)
      }
      return number
    }
    let end = length / 2
    guard end >= 13 else { return }
    add(features: 1, points: 0)
    var place = number(at: 1) & 0x2000_0000 != 0 ? 9 : 5
    var kind = number(at: 1) & 0xff
    var parts = 1
    if Shape.Kind.allCases.contains(where: { $0.multipleNumber == kind }) {
      kind -= 3
      parts = number(at: place)
      place += 9  // the count, and the head of the first part
    }
    for _ in 0..<parts {
      var paths = 1
      if kind == Shape.Kind.polygon.number {
        guard place + 4 <= end else { return }
        paths = number(at: place)
        place += 4
      }
      for _ in 0..<paths {
        var count = 1
        if kind != Shape.Kind.point.number {
          guard place + 4 <= end else { return }
          count = number(at: place)
          place += 4
        }
        guard place <= end else { return }
        add(features: 0, points: min(count, (end - place) / 16))
        place += 16 * count
      }
      place += 5  // the head of the next one
    }
  }
}
