import Foundation

/// A value of JSON, written in one way only: keys sorted, two spaces, no escaped slashes.
enum CatalogueValue: Encodable, ExpressibleByStringLiteral, ExpressibleByDictionaryLiteral,
  ExpressibleByArrayLiteral
{
  case text(String)
  case whole(Int)
  case number(Double)
  case list([CatalogueValue])
  case object([String: CatalogueValue])
  case null

  init(stringLiteral text: String) { self = .text(text) }
  init(dictionaryLiteral elements: (String, CatalogueValue)...) {
    self = .object(Dictionary(elements) { $1 })
  }
  init(arrayLiteral elements: CatalogueValue...) { self = .list(elements) }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let text): try container.encode(text)
    case .whole(let number): try container.encode(number)
    case .number(let number): try container.encode(number)
    case .list(let values): try container.encode(values)
    case .object(let values): try container.encode(values)
    case .null: try container.encodeNil()
    }
  }

  /// The text, with a line end.
  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let bytes = (try? encoder.encode(self)) ?? Data()
    return String(decoding: bytes, as: UTF8.self) + "\n"
  }
}
