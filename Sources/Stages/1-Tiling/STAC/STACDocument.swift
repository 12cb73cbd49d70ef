import Foundation

/// What a STAC file can be, or one that stands where such a file may.
enum STACDocument: Decodable {
  case item(STACItem)
  case itemCollection([STACItem], [STACLink])
  /// A catalogue or a collection: a name, and links to others.
  case catalog([STACLink])
  /// A MosaicJSON: the files of its tiles, by quadkey, each once.
  case mosaic([String])

  private enum Key: String, CodingKey {
    case type, features, links, mosaicjson, tiles
    case version = "stac_version"
    case prefix = "asset_prefix"
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    guard !fields.contains(.mosaicjson) else {
      let prefix = try fields.decodeIfPresent(String.self, forKey: .prefix) ?? ""
      let tiles = try fields.decode([String: [String]].self, forKey: .tiles)
      var seen: Set<String> = []
      self = .mosaic(
        tiles.sorted { $0.key < $1.key }.flatMap(\.value).filter { seen.insert($0).inserted }
          .map { prefix + $0 })
      return
    }
    let links = try fields.decodeIfPresent([STACLink].self, forKey: .links) ?? []
    switch try fields.decodeIfPresent(String.self, forKey: .type) {
    case "Feature":
      self = .item(try STACItem(from: decoder))
    case "FeatureCollection":
      self = .itemCollection(try fields.decode([STACItem].self, forKey: .features), links)
    case "Catalog", "Collection": self = .catalog(links)
    case nil where fields.contains(.version): self = .catalog(links)
    case let type:
      throw DecodingError.dataCorruptedError(
        forKey: .type, in: fields,
        debugDescription: type.map { "its type is '\($0)'" } ?? "it has no type")
    }
  }

  /// Reads the bytes of a document.
  ///
  /// - Throws: ``STACError/notSTAC(path:reason:)``.
  init(_ bytes: [UInt8], path: String) throws(STACError) {
    do {
      self = try JSONDecoder().decode(STACDocument.self, from: Data(bytes))
    } catch {
      throw .notSTAC(path: path, reason: Self.words(of: error))
    }
  }

  private static func words(of error: any Error) -> String {
    guard let error = error as? DecodingError else { return "\(error)" }
    let (context, what): (DecodingError.Context, String) =
      switch error {
      case .keyNotFound(let key, let context): (context, "it lacks '\(key.stringValue)'")
      case .typeMismatch(_, let context):
        (context, "a value is of another kind than STAC has there")
      case .valueNotFound(_, let context): (context, "a value is null that STAC has there")
      case .dataCorrupted(let context): (context, context.debugDescription)
      @unknown default: (DecodingError.Context(codingPath: [], debugDescription: ""), "\(error)")
      }
    let place = context.codingPath.map { $0.intValue.map { "\($0 + 1)" } ?? $0.stringValue }
    return place.isEmpty ? what : "\(what), at \(place.joined(separator: " › "))"
  }
}
