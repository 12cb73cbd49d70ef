import GeoFiles
import Grids

/// A piece of a scene in red, green and blue, or in grey, with what is valid of it.
struct ScenePiece {
  let piece: OpenRaster.Piece
  /// One plane, or three.
  let planes: [[UInt8]]
  /// 0 where there is no picture; nil where there is one everywhere.
  let mask: [UInt8]?

  /// Reads a piece.
  ///
  /// - Parameters:
  ///   - nodata: Taken for every band in place of what the file says.
  ///   - stretch: Between which numbers each band is shown; nil to show bytes as they are.
  init(
    reading piece: OpenRaster.Piece, of raster: OpenRaster, bands: [Int], nodata: Double?,
    stretch: [(low: Float, high: Float)]?
  ) throws {
    self.piece = piece
    var mask = try raster.dataset.readMask(in: piece.window, band: bands[0], size: piece.size)
    // By the rule of the map, a pixel is without a picture when all bands say so, and not the first.
    let values = bands.map { nodata ?? raster.dataset.bands[$0 - 1].nodata }
    let isByValue = values.allSatisfy { $0 != nil }
    var isAbsent = [Bool](repeating: true, count: isByValue ? piece.size.area : 0)
    var planes: [[UInt8]] = []
    for (place, band) in bands.enumerated() {
      var plane = [UInt8](repeating: 0, count: piece.size.area)
      if let stretch {
        var numbers = [Float](repeating: 0, count: piece.size.area)
        try numbers.withUnsafeMutableBufferPointer {
          try raster.dataset.readFloats(
            in: piece.window, band: band, size: piece.size, .mean, into: $0)
        }
        let (low, high) = stretch[min(place, stretch.count - 1)]
        for index in plane.indices {
          if isByValue, numbers[index] != Float(values[place] ?? 0) { isAbsent[index] = false }
          let part = (numbers[index] - low) / (high - low)
          plane[index] = part.isFinite ? UInt8(min(max(part, 0), 1) * 255) : 0
        }
      } else {
        try plane.withUnsafeMutableBufferPointer {
          try raster.dataset.readBytes(
            in: piece.window, band: band, size: piece.size, .mean, into: $0)
        }
        if isByValue {
          let nothing = UInt8(exactly: values[place] ?? 0)
          for index in plane.indices where plane[index] != nothing { isAbsent[index] = false }
        }
      }
      planes.append(plane)
    }
    if isByValue { mask = isAbsent.contains(true) ? isAbsent.map { $0 ? 0 : 255 } : nil }
    (self.planes, self.mask) = (planes, mask)
  }
}
