import GeoFiles
import Grids

extension GeoTIFFDescription {
  /// Describes half metres in UTM 45 north, nodata 255, with all smaller copies.
  static func drawn(_ size: PixelSize, bands: [String]) throws -> GeoTIFFDescription {
    var description = GeoTIFFDescription(
      size: size, bandCount: bands.count,
      transform: GeoTransform(west: 500_000, north: 3_000_000, pixel: 0.5),
      crs: try CoordinateReference(definition: "EPSG:32645"), nodata: 255)
    description.bandNames = bands
    description.overviewCount = overviewCount(for: size)
    return description
  }
}
