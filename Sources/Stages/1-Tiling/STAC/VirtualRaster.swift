import Foundation
import GeoFiles
import Grids

/// A raster of bands that lie in other files, written as GDAL reads it.
///
/// Source: GDAL, "VRT – GDAL Virtual Format".
struct VirtualRaster {
  /// A band, and where it is taken from.
  struct Band {
    var name: String
    var type: ElementType
    var path: String
    var number: Int
    var nodata: Double?
    /// The colour it is shown as, in lower case.
    var color: String?
    /// What stored numbers are multiplied by, and what is then added.
    var scaling: (scale: Double, offset: Double)?
  }

  /// A band that tells where a file shows a picture.
  struct Mask {
    var path: String
    /// Its number, or `mask,1`.
    var band: String
  }

  var size: PixelSize
  var transform: GeoTransform
  /// WKT.
  var crs: String
  /// In UTC, such as `2021-02-21T10:00:17`.
  var acquired: String?
  /// In percent.
  var cloudCover: Double?
  var bands: [Band]
  /// A pixel is without a picture where all of these say so; none when empty.
  var masks: [Mask]
  /// The same, of alpha bands.
  var alphas: [Mask]

  /// The text.
  ///
  /// Equal rasters give equal bytes.
  var text: String {
    let six = transform.coefficients.map { "\($0)" }.joined(separator: ", ")
    var lines = [
      "<VRTDataset rasterXSize=\"\(size.width)\" rasterYSize=\"\(size.height)\">",
      "<SRS dataAxisToSRSAxisMapping=\"1,2\">\(crs.escapedForXML)</SRS>",
      "<GeoTransform>\(six)</GeoTransform>",
    ]
    let facts =
      (acquired.map { [("ACQUISITIONDATETIME", $0)] } ?? [])
      + (cloudCover.map { [("CLOUDCOVER", "\($0)")] } ?? [])
    if !facts.isEmpty {
      let items = facts.map { "<MDI key=\"\($0.0)\">\($0.1)</MDI>" }
      lines.append("<Metadata domain=\"IMAGERY\">\(items.joined())</Metadata>")
    }
    for (index, band) in bands.enumerated() { lines += self.lines(of: band, number: index + 1) }
    if !alphas.isEmpty {
      lines.append("<VRTRasterBand dataType=\"Byte\" band=\"\(bands.count + 1)\">")
      lines.append("<ColorInterp>Alpha</ColorInterp>")
      lines += alphas.map(union) + ["</VRTRasterBand>"]
    }
    if !masks.isEmpty {
      lines.append("<MaskBand><VRTRasterBand dataType=\"Byte\">")
      lines += masks.map(union) + ["</VRTRasterBand></MaskBand>"]
    }
    return (lines + ["</VRTDataset>"]).joined(separator: "\n") + "\n"
  }

  private func lines(of band: Band, number: Int) -> [String] {
    var lines = [
      "<VRTRasterBand dataType=\"\(Self.name(of: band.type))\" band=\"\(number)\">",
      "<Description>\(band.name.escapedForXML)</Description>",
    ]
    if let color = band.color { lines.append("<ColorInterp>\(color.capitalized)</ColorInterp>") }
    if let nodata = band.nodata { lines.append("<NoDataValue>\(nodata)</NoDataValue>") }
    let scaling = band.scaling.map {
      "<ScaleOffset>\($0.offset)</ScaleOffset><ScaleRatio>\($0.scale)</ScaleRatio>"
    }
    lines.append(
      source(
        scaling == nil ? "SimpleSource" : "ComplexSource", band.path, "\(band.number)",
        scaling ?? ""))
    return lines + ["</VRTRasterBand>"]
  }

  /// A source that leaves what is below it where it is 0: several make the union of masks.
  private func union(_ mask: Mask) -> String {
    source("ComplexSource", mask.path, mask.band, "<NODATA>0</NODATA>")
  }

  private func source(_ kind: String, _ path: String, _ band: String, _ more: String) -> String {
    let place = "xOff=\"0\" yOff=\"0\" xSize=\"\(size.width)\" ySize=\"\(size.height)\""
    return "<\(kind)><SourceFilename relativeToVRT=\"0\" shared=\"0\">\(path.escapedForXML)"
      + "</SourceFilename><SourceBand>\(band)</SourceBand><SrcRect \(place)/><DstRect \(place)/>"
      + "\(more)</\(kind)>"
  }

  private static func name(of type: ElementType) -> String {
    switch type {
    case .uint8, .int8: "Byte"
    case .uint16: "UInt16"
    case .int16: "Int16"
    case .uint32: "UInt32"
    case .int32: "Int32"
    case .uint64: "UInt64"
    case .int64: "Int64"
    case .float32: "Float32"
    case .float64, .complex: "Float64"
    }
  }
}
