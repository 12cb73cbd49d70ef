/// A file of a STAC item, and what is said of it.
struct STACAsset: Decodable {
  /// As written: relative to the item, or absolute.
  var href: String
  var type: String?
  var roles: [String]
  /// Distance on the ground between samples, in m.
  var gsd: Double?
  /// The reference system, such as `EPSG:32633`.
  var crs: String?
  /// Its bands, as far as they are described.
  var bands: [STACBand]
  /// Pixel size, in units of the reference system.
  var pixel: Double?

  private enum Key: String, CodingKey {
    case href, type, roles, gsd, bands, nodata
    case oldBands = "eo:bands"
    case rasterBands = "raster:bands"
    case scale = "raster:scale"
    case offset = "raster:offset"
    case code = "proj:code"
    case epsg = "proj:epsg"
    case transform = "proj:transform"
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    href = try fields.decode(String.self, forKey: .href)
    type = try? fields.decodeIfPresent(String.self, forKey: .type)
    roles = (try? fields.decodeIfPresent([String].self, forKey: .roles)) ?? []
    gsd = try? fields.decodeIfPresent(Double.self, forKey: .gsd)
    crs = try STACReference(
      code: fields.decodeIfPresent(String.self, forKey: .code),
      epsg: fields.decodeIfPresent(Int.self, forKey: .epsg)
    ).definition
    let transform = (try? fields.decodeIfPresent([Double].self, forKey: .transform)) ?? []
    pixel =
      transform.count >= 6
      ? (transform[0] * transform[0] + transform[3] * transform[3])
        .squareRoot() : nil
    let lists = try [Key.bands, .oldBands, .rasterBands].map {
      try fields.decodeIfPresent([STACBandFields].self, forKey: $0)?.map(\.band) ?? []
    }
    var whole = STACBand()
    whole.scale = try fields.decodeIfPresent(Double.self, forKey: .scale)
    whole.offset = try fields.decodeIfPresent(Double.self, forKey: .offset)
    whole.nodata = try fields.decodeIfPresent(STACNumber.self, forKey: .nodata)?.value
    bands = (0..<(lists.map(\.count).max() ?? 0)).map { place in
      let known = lists.compactMap { $0.indices.contains(place) ? $0[place] : nil } + [whole]
      return STACBand(
        name: known.lazy.compactMap(\.name).first,
        commonName: known.lazy.compactMap(\.commonName).first,
        scale: known.lazy.compactMap(\.scale).first, offset: known.lazy.compactMap(\.offset).first,
        nodata: known.lazy.compactMap(\.nodata).first)
    }
    if bands.isEmpty, whole != STACBand() { bands = [whole] }
  }

  /// Whether it may be a raster of measured values: neither a picture for people nor a document.
  var isRaster: Bool {
    if let type { return Self.types.contains { type.lowercased().hasPrefix($0) } }
    let name = href.prefix { $0 != "?" }.lowercased()
    return Self.endings.contains { name.hasSuffix($0) }
  }

  private static let types = [
    "image/tiff", "image/jp2", "image/vnd.stac.geotiff", "application/x-geotiff",
  ]
  private static let endings = [".tif", ".tiff", ".jp2", ".vrt"]

  /// How well it is meant for what is asked, the best first; nil for what is small or no picture.
  var rank: Int? {
    if !Set(roles).isDisjoint(with: ["thumbnail", "metadata", "cloud", "data-mask"]) { return nil }
    if roles.contains("data") { return 0 }
    if roles.contains("visual") { return 1 }
    return roles.contains("overview") ? 3 : 2
  }
}

/// The two ways in which STAC names a reference system.
struct STACReference {
  var code: String?
  var epsg: Int?

  /// What GDAL takes; `proj:code` is the newer one and counts first.
  var definition: String? { code ?? epsg.map { "EPSG:\($0)" } }
}
