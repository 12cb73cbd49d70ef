import GeoFiles
import Grids
import Imagery

/// Reads one layer of many parts as if they were one picture, from north to south.
///
/// A part is opened when the first of its rows is asked for, and closed when the last has been.
final class PartReader {
  private let parts: [MosaicPart]
  private let layer: MosaicLayer
  private let band: Int
  private var open: [Int: OpenPart] = [:]
  private var spare: [UInt8] = []

  /// Prepares to read.
  ///
  /// - Parameter byte: Which of a layer's bands is read, where it has several.
  init(parts: [MosaicPart], layers: PartLayers, layer: MosaicLayer, byte: Int = 0) {
    self.parts = parts
    self.layer = layer
    band = layers.band(of: layer) + byte
  }

  /// Reads a strip of the lattice; what no part speaks of is outside.
  ///
  /// - Throws: ``MosaickingError/file(_:)``, ``MosaickingError/partMisfits(path:size:window:)``.
  /// - Precondition: Strips are asked for from north to south.
  func read(
    _ strip: PixelWindow, into target: UnsafeMutableBufferPointer<UInt8>
  ) throws(MosaickingError) {
    target.update(repeating: value(of: .outside))
    for (index, part) in parts.enumerated() {
      let shared = part.window.intersection(strip)
      if shared.isEmpty { continue }
      switch part.content {
      case .nothing(let coverage):
        for rows in Self.rows(of: shared, in: strip) {
          target[rows].update(repeating: value(of: coverage))
        }
      case .file(let path):
        let source: OpenPart
        if let known = open[index] {
          source = known
        } else {
          source = try OpenPart(path, window: part.window)
        }
        open[index] = part.window.maxY > strip.maxY ? source : nil
        try source.read(shared, band: band, into: &spare)
        for (row, place) in Self.rows(of: shared, in: strip).enumerated() {
          _ = target[place].update(
            fromContentsOf: spare[row * shared.width..<(row + 1) * shared.width])
        }
      }
    }
  }

  /// What a pixel without a class map holds.
  private func value(of coverage: Coverage) -> UInt8 {
    switch layer {
    case .coverage: coverage.rawValue
    case .provenance: 0
    case .classes, .probability: ClassMap.nodata
    }
  }

  private static func rows(of part: PixelWindow, in strip: PixelWindow) -> [Range<Int>] {
    (part.y..<part.maxY).map { y in
      let first = (y - strip.y) * strip.width + part.x - strip.x
      return first..<first + part.width
    }
  }
}

/// A part's open file.
private final class OpenPart {
  private let window: PixelWindow
  private let dataset: Dataset

  init(_ path: String, window: PixelWindow) throws(MosaickingError) {
    do { dataset = try Dataset(opening: path) } catch { throw .file(error) }
    self.window = window
    guard dataset.size == window.size else {
      throw .partMisfits(path: path, size: dataset.size, window: window)
    }
  }

  /// Reads pixels of the lattice into the front of `buffer`, which grows as needed.
  func read(
    _ shared: PixelWindow, band: Int, into buffer: inout [UInt8]
  ) throws(MosaickingError) {
    if buffer.count < shared.area { buffer = [UInt8](repeating: 0, count: shared.area) }
    do {
      try buffer.withUnsafeMutableBufferPointer { bytes throws(GeoFileError) in
        try dataset.readBytes(
          in: shared.translated(byX: -window.x, y: -window.y), band: band,
          into: UnsafeMutableBufferPointer(rebasing: bytes[..<shared.area]))
      }
    } catch { throw .file(error) }
  }
}
