import Foundation

/// A STAC item: one acquisition, with its files.
///
/// Source: STAC 1.1.0, item; what older versions call otherwise is understood.
struct STACItem: Decodable {
  var id: String
  /// In UTC, such as `2021-02-21T10:00:17`; the beginning where there is only an interval.
  var acquired: String?
  /// In percent.
  var cloudCover: Double?
  var crs: String?
  /// Whether the offset that is declared has already been added to the stored numbers.
  ///
  /// Earth Search takes 1,000 from the numbers of newer Sentinel-2 products, and declares the offset
  /// of −0.1 all the same; adding it again would be wrong.
  var isOffsetApplied: Bool
  /// By their keys.
  var assets: [String: STACAsset]
  /// The bands of assets that do not describe their own.
  var bands: [STACBand]
  var links: [STACLink]

  private enum Key: String, CodingKey { case id, properties, assets, links }

  private enum Property: String, CodingKey {
    case datetime, bands
    case start = "start_datetime"
    case cloudCover = "eo:cloud_cover"
    case code = "proj:code"
    case epsg = "proj:epsg"
    case isOffsetApplied = "earthsearch:boa_offset_applied"
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    id = try fields.decode(String.self, forKey: .id)
    assets = try fields.decode([String: STACAsset].self, forKey: .assets)
    links = (try? fields.decodeIfPresent([STACLink].self, forKey: .links)) ?? []
    let properties = try fields.nestedContainer(keyedBy: Property.self, forKey: .properties)
    let time =
      try properties.decodeIfPresent(String.self, forKey: .datetime)
      ?? properties.decodeIfPresent(String.self, forKey: .start)
    acquired = time.flatMap(Self.universal)
    cloudCover = try properties.decodeIfPresent(Double.self, forKey: .cloudCover)
    crs = try STACReference(
      code: properties.decodeIfPresent(String.self, forKey: .code),
      epsg: properties.decodeIfPresent(Int.self, forKey: .epsg)
    ).definition
    isOffsetApplied =
      try properties.decodeIfPresent(Bool.self, forKey: .isOffsetApplied) ?? false
    bands = try properties.decodeIfPresent([STACBandFields].self, forKey: .bands)?.map(\.band) ?? []
  }

  /// A time of RFC 3339 in UTC, to the second; nil when it is none.
  static func universal(_ text: String) -> String? {
    guard
      let match = text.wholeMatch(
        of: /(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.\d+)?(?:[Zz]|([+-])(\d\d):?(\d\d))?/)
    else { return nil }
    let local = "\(match.1)T\(match.2)"
    guard let sign = match.3, let hours = match.4.flatMap({ Int($0) }),
      let minutes = match.5.flatMap({ Int($0) })
    else { return local }
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(secondsFromGMT: 0)
    format.dateFormat = "yyyy-MM-dd'T'HH:mm:ss"
    guard let date = format.date(from: local) else { return nil }
    let offset = Double(hours * 3600 + minutes * 60) * (sign == "+" ? -1 : 1)
    return format.string(from: date.addingTimeInterval(offset))
  }
}

/// A link of a STAC document.
struct STACLink: Decodable {
  var rel: String
  var href: String
}
