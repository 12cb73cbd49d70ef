import Foundation
import GeoFiles
import Grids
import Imagery
import TestSupport
import Tiling

/// A STAC item in a folder of its own, with three single-band files that make a scene.
///
/// Band `B0n` holds 1000 · n + the pixel's place, and no picture (0) in the first pixel.
final class DrawnItem {
  let folder: DrawnFolder
  let size = PixelSize(width: 40, height: 30)

  init() throws { folder = try DrawnFolder() }

  /// The numbers stored in a band, from 1.
  func numbers(_ band: Int) -> [UInt16] {
    (0..<size.area).map { $0 == 0 ? 0 : UInt16(1000 * band + $0) }
  }

  /// Draws the files of red, green and blue.
  func drawBands(crs: String = "EPSG:32645") throws {
    for (band, name) in [(4, "B04"), (3, "B03"), (2, "B02")] {
      try folder.draw(
        "\(name).vrt", size: size, bands: [DrawnBand(words: numbers(band), nodata: "0")], crs: crs)
    }
  }

  /// Writes the item and gives its path.
  ///
  /// - Parameters:
  ///   - properties: More of them, each followed by a comma.
  ///   - band: More of each asset's band.
  ///   - more: More assets, each after a comma.
  @discardableResult
  func write(
    id: String = "item-1", properties: String = "", band: String = "", more: String = "",
    to name: String = "item.json"
  ) throws -> String {
    let colors = [("B04", "red"), ("B03", "green"), ("B02", "blue")]
    let assets = colors.map { key, color in
      """
      "\(key)": {"href": "./\(key).vrt", "type": "image/tiff; application=geotiff",
        "roles": ["data"], "bands": [{"name": "\(key)", "eo:common_name": "\(color)"\(band)}]}
      """
    }
    return try folder.write(
      """
      {"type": "Feature", "stac_version": "1.1.0", "id": "\(id)", "geometry": null, "links": [],
       "properties": {\(properties) "datetime": "2024-03-09T10:21:05.024Z"},
       "assets": {\(assets.joined(separator: ",\n"))\(more)}}
      """, to: name)
  }

  /// Finds the scenes of a document.
  func find(
    _ path: String, bands: [BandSelector] = ["red", "green", "blue"].map(BandSelector.name),
    change: (inout SceneSearch) -> Void = { _ in }
  ) throws -> SceneSearch.Found {
    var search = SceneSearch(bands: bands)
    change(&search)
    return try search.find([path])
  }

  /// What a network is shown of a scene, band by band, and what is valid.
  func pixels(
    of found: SceneSearch.Found,
    bands: [BandSelector] = ["red", "green", "blue"].map(BandSelector.name)
  ) throws -> (values: [[Float]], validity: [UInt8]) {
    let scenes = try SceneSet(opening: found.paths, bands: bands)
    let tiled = try ChipReader(of: scenes).read(scenes.window)
    let area = scenes.window.area
    let values = bands.indices.map { Array(tiled.chip.pixels[$0 * area..<($0 + 1) * area]) }
    return (values, tiled.chip.validity.pixels)
  }
}
