import GeoFiles
public import Grids
import Imagery
import Polygons

/// The catalogue of a map: a STAC collection, and an item for each COG.
///
/// Nothing in it depends on when, where or from which folder the map was made. All links are relative,
/// but for those to remote scenes.
///
/// Source: STAC 1.1.0; extensions Projection 2.0.0, Raster 2.0.0, Classification 1.1.0, Processing
/// 1.2.0, File 2.1.0.
public struct MapCatalogue {
  /// The collection's file name.
  public static let collection = "collection.json"

  /// The map's name.
  public var name: String
  /// The lattice.
  public var grid: RunGrid
  /// The layers and classes.
  public var layers: PartLayers
  /// The length of a pixel's side on the ground, in m.
  public var pixelMeters: Double
  /// What the classes were found by, in words.
  public var model: String
  /// The version of the program.
  public var version: String
  /// The COGs.
  public var items: [CatalogueItem]

  /// Describes a map.
  public init(
    name: String, grid: RunGrid, layers: PartLayers, pixelMeters: Double, model: String,
    version: String, items: [CatalogueItem]
  ) {
    self.name = name
    self.grid = grid
    self.layers = layers
    self.pixelMeters = pixelMeters
    self.model = model
    self.version = version
    self.items = items
  }

  /// The catalogue's files: their names and texts, the collection first.
  ///
  /// - Throws: ``MosaickingError/file(_:)`` where the map has no place in longitude and latitude.
  /// - Complexity: O(items × their scenes).
  public func files() throws(MosaickingError) -> [(name: String, text: String)] {
    var places: [CatalogueFootprint] = []
    do throws(GeoFileError) {
      for item in items { places.append(try CatalogueFootprint(of: item.window, on: grid)) }
    } catch { throw .file(error) }
    let texts = zip(items, places).map { ("\($0.id).json", value(of: $0, at: $1).json) }
    return [(Self.collection, collection(places).json)] + texts
  }

  // MARK: - The collection

  private func collection(_ places: [CatalogueFootprint]) -> CatalogueValue {
    let intervals = items.map(\.interval)
    let first = intervals.map(\.first).min().map { CatalogueValue.text($0) } ?? .null
    let last = intervals.map(\.last).max().map { CatalogueValue.text($0) } ?? .null
    let links = items.map { item -> CatalogueValue in
      ["rel": "item", "href": .text("./\(item.id).json"), "type": "application/geo+json"]
    }
    return [
      "type": "Collection", "stac_version": "1.1.0", "id": .text(name), "title": .text(name),
      "description": .text(
        "A map of \(layers.scheme.published.map(\.name).joined(separator: ", ")), by Mapwright"),
      "license": "other",
      "extent": [
        "spatial": ["bbox": .list([CatalogueFootprint.union(places)])],
        "temporal": ["interval": [.list([first, last])]],
      ],
      "summaries": ["gsd": [pixelSize]],
      "links": .list([Self.link("root")] + links),
    ]
  }

  private static func link(_ kind: String) -> CatalogueValue {
    ["rel": .text(kind), "href": .text("./\(collection)"), "type": "application/json"]
  }

  private var pixelSize: CatalogueValue { .number((pixelMeters * 1e6).rounded() / 1e6) }

  // MARK: - Items

  private func value(of item: CatalogueItem, at place: CatalogueFootprint) -> CatalogueValue {
    let extensions =
      ["projection/v2.0.0", "raster/v2.0.0", "file/v2.1.0", "processing/v1.2.0"]
      + (item.isClassified ? ["classification/v1.1.0"] : [])
    let origins = item.scenes.map { scene -> CatalogueValue in
      ["rel": "derived_from", "href": .text(scene.reference)]
    }
    return [
      "type": "Feature", "stac_version": "1.1.0", "id": .text(item.id), "collection": .text(name),
      "stac_extensions": .list(
        extensions.map { .text("https://stac-extensions.github.io/\($0)/schema.json") }),
      "geometry": place.geometry, "bbox": place.bbox, "properties": properties(of: item),
      "assets": .object(assets(of: item)),
      "links": .list([Self.link("root"), Self.link("parent"), Self.link("collection")] + origins),
    ]
  }

  private func properties(of item: CatalogueItem) -> CatalogueValue {
    let (first, last) = item.interval
    var fields: [String: CatalogueValue] = [
      "gsd": pixelSize,
      "processing:software": ["Mapwright": .text(version)],
      "processing:lineage": .text("\(layers.name(of: item.layer)), found by \(model)"),
      "proj:shape": [.whole(item.window.height), .whole(item.window.width)],
    ]
    if first == last {
      fields["datetime"] = .text(first)
    } else {
      fields["datetime"] = .null
      fields["start_datetime"] = .text(first)
      fields["end_datetime"] = .text(last)
    }
    let transform = grid.transform(of: item.window)
    fields["proj:transform"] = .list(
      [
        transform.columnX, transform.rowX, transform.originX, transform.columnY, transform.rowY,
        transform.originY,
      ].map { .number($0) })
    let bounds = transform.bounds(of: PixelWindow(item.window.size))
    fields["proj:bbox"] = .list(
      [bounds.west, bounds.south, bounds.east, bounds.north].map { .number($0) })
    if let code = grid.crs.code {
      fields["proj:code"] = .text(code)
    } else {
      fields["proj:wkt2"] = .text(grid.crs.wkt)
    }
    return .object(fields)
  }

  private func assets(of item: CatalogueItem) -> [String: CatalogueValue] {
    var band: [String: CatalogueValue] = [
      "name": .text(layers.name(of: item.layer)), "data_type": "uint8",
      "raster:sampling": "area",
    ]
    var asset: [String: CatalogueValue] = [
      "href": .text("./\(item.file)"), "roles": ["data"],
      "type": "image/tiff; application=geotiff; profile=cloud-optimized",
      "file:size": .whole(item.bytes), "file:checksum": .text("1220\(item.hash)"),
    ]
    switch item.layer {
    case .classes:
      band["nodata"] = .whole(Int(ClassMap.nodata))
      asset["classification:classes"] = .list(
        layers.scheme.published.enumerated().map {
          Self.class($0, named: $1.name, color: $1.color)
        })
    case .coverage:
      asset["classification:classes"] = .list(
        Coverage.allCases.map {
          Self.class(Int($0.rawValue), named: $0.name, color: $0.color)
        })
    case .provenance:
      band["nodata"] = .whole(0)
      band["data_type"] = "uint16"
      asset["classification:classes"] = .list(
        item.scenes.compactMap { scene in
          scene.number.map { Self.class($0, named: scene.reference, color: nil) }
        })
    case .probability:
      band["nodata"] = .whole(Int(ClassMap.nodata))
      band["raster:scale"] = .number(ClassMap.scale)
      band["raster:offset"] = .whole(0)
    }
    asset["bands"] = .list([.object(band)])
    var assets = ["data": CatalogueValue.object(asset)]
    if let preview = item.preview {
      assets["preview"] = [
        "href": .text("./\(preview)"), "type": "image/png", "roles": ["thumbnail"],
      ]
    }
    return assets
  }

  private static func `class`(
    _ value: Int, named name: String, color: [UInt8]?
  ) -> CatalogueValue {
    let plain = name.map {
      $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) ? $0 : "_"
    }
    var fields: [String: CatalogueValue] = [
      "value": .whole(value), "name": .text(String(plain)), "description": .text(name),
    ]
    let digits = color?.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }
    if let digits { fields["color_hint"] = .text(digits.joined()) }
    return .object(fields)
  }
}

extension CatalogueItem {
  /// Whether its numbers stand for classes.
  fileprivate var isClassified: Bool {
    if case .probability = layer { return false }
    return true
  }
}
