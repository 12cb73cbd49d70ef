import CGDAL
public import Grids
public import Imagery

extension Dataset {
  /// Finds out which pixels of a window hold a picture.
  ///
  /// A pixel is without one when any of these says so:
  /// - all of `bands` equal their nodata value there;
  /// - any of `bands` is NaN or infinite there, for it would spread through a network;
  /// - the file's mask is 0 there;
  /// - an alpha band is 0 there (a translucent pixel is still a picture).
  ///
  /// - Parameters:
  ///   - bands: The bands that make the picture. Alpha bands among them do not count.
  ///   - nodata: Taken for every band in place of what the file says; nil to believe the file. A band
  ///     without a nodata value holds a picture everywhere.
  /// - Throws: ``GeoFileError/windowOutside(window:bands:size:bandCount:path:)``,
  ///   ``GeoFileError/cannotRead(what:path:reason:)``.
  public borrowing func readValidity(
    in window: PixelWindow, bands: [Int], nodata: Double? = nil
  ) throws(GeoFileError) -> ValidityMask {
    try check(window, bands)
    var mask = ValidityMask(window: window, isValid: true)
    guard !window.isEmpty else { return mask }
    try applyNodata(nodata, of: bands.filter { !self.bands[$0 - 1].isAlpha }, to: &mask)
    try applyMasks(of: bands, to: &mask)
    for band in self.bands where band.isAlpha {
      try apply(handle.band(band.index), named: "alpha band \(band.index)", to: &mask)
    }
    return mask
  }

  private borrowing func applyNodata(
    _ override: Double?, of bands: [Int], to mask: inout ValidityMask
  ) throws(GeoFileError) {
    let values = bands.map { override ?? self.bands[$0 - 1].nodata }
    let canBeAbsent = !bands.isEmpty && values.allSatisfy { $0 != nil }
    let floating = bands.map {
      [.float32, .float64].contains(self.bands[$0 - 1].elementType)
    }
    guard canBeAbsent || floating.contains(true) else { return }
    var isAbsent = [Bool](repeating: canBeAbsent, count: mask.window.area)
    for (index, band) in bands.enumerated() where canBeAbsent || floating[index] {
      let value = values[index] ?? .nan
      let type = self.bands[band - 1].elementType
      if type.fitsFloat {
        var pixels = [Float](repeating: 0, count: mask.window.area)
        try pixels.withUnsafeMutableBufferPointer { buffer throws(GeoFileError) in
          try readFloats(in: mask.window, bands: [band], into: buffer)
        }
        // Compared as the band stores it: -3.4e38 is written in many ways in decimal.
        Self.compare(pixels, with: Float(value), &mask.pixels, &isAbsent)
      } else {
        let pixels = try readDoubles(in: mask.window, band: band)
        Self.compare(pixels, with: value, &mask.pixels, &isAbsent)
      }
    }
    for place in isAbsent.indices where isAbsent[place] { mask.pixels[place] = 0 }
  }

  /// Clears what is no number, and takes back the claim of absence where the value differs.
  private static func compare<Number: BinaryFloatingPoint>(
    _ pixels: [Number], with nodata: Number, _ mask: inout [UInt8], _ isAbsent: inout [Bool]
  ) {
    for place in pixels.indices {
      let pixel = pixels[place]
      if !pixel.isFinite { mask[place] = 0 }
      if pixel != nodata && pixel.isFinite { isAbsent[place] = false }
    }
  }

  private borrowing func applyMasks(
    of bands: [Int], to mask: inout ValidityMask
  ) throws(GeoFileError) {
    let flags = GDALListener.listen { GDALGetMaskFlags(handle.band(1)) }.value
    if flags & GMF_ALPHA != 0 || flags == GMF_ALL_VALID || flags == GMF_NODATA { return }
    if flags & GMF_PER_DATASET != 0 {
      guard let raw = GDALGetMaskBand(handle.band(1)) else { return }
      return try apply(raw, named: "the mask", to: &mask)
    }
    // Masks of single bands: without a picture where all of them say so.
    var union = ValidityMask(window: mask.window, isValid: false)
    for band in bands {
      guard let raw = GDALGetMaskBand(handle.band(band)) else { return }
      var own = ValidityMask(window: mask.window, isValid: true)
      try apply(raw, named: "the mask of band \(band)", to: &own)
      for place in own.pixels.indices { union.pixels[place] |= own.pixels[place] }
    }
    for place in union.pixels.indices { mask.pixels[place] &= union.pixels[place] }
  }

  /// Clears the pixels where a mask or alpha band is 0.
  private borrowing func apply(
    _ raw: GDALRasterBandH, named name: String, to mask: inout ValidityMask
  ) throws(GeoFileError) {
    // Read as 32-bit numbers: an alpha of 16 bits must not be clamped, 0.5 not be cut to 0.
    var opacity = [Float](repeating: 0, count: mask.window.area)
    let window = mask.window
    try opacity.withUnsafeMutableBufferPointer { buffer throws(GeoFileError) in
      try read(
        window, of: raw, named: name, into: UnsafeMutableRawBufferPointer(buffer),
        as: GDT_Float32, pixelBytes: 4)
    }
    for place in opacity.indices where opacity[place] == 0 { mask.pixels[place] = 0 }
  }
}
