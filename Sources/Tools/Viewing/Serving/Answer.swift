import Foundation

/// What a browser gets.
struct Answer: Sendable {
  /// What an answer consists of.
  enum Body: Sendable {
    /// All of it.
    case bytes([UInt8])
    /// Pieces, as they come, until the stream ends.
    case stream(AsyncStream<String>)
  }

  /// The status, as HTTP numbers it.
  var status: Int
  /// The fields, in order.
  var fields: [(name: String, value: String)]
  /// The content.
  var body: Body

  init(_ status: Int, _ body: Body, type: String, _ more: [(String, String)] = []) {
    self.status = status
    self.body = body
    fields = [("content-type", type)] + more.map { (name: $0.0, value: $0.1) }
  }

  /// Words for people: a refusal, or what went wrong.
  static func words(_ status: Int, _ words: String) -> Answer {
    Answer(
      status, .bytes(Array("\(words)\n".utf8)), type: "text/plain; charset=utf-8",
      [("cache-control", "no-store")])
  }

  /// A value as JSON.
  static func json(_ value: some Encodable, status: Int = 200) throws -> Answer {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Answer(
      status, .bytes([UInt8](try encoder.encode(value))), type: "application/json",
      [("cache-control", "no-store")])
  }

  /// Content that is asked for again only if it has changed.
  static func tagged(
    _ bytes: [UInt8], type: String, tag: String, for request: ViewRequest
  ) -> Answer {
    let fields = [("etag", "\"\(tag)\""), ("cache-control", "no-cache")]
    if request.fields["if-none-match"] == "\"\(tag)\"" {
      return Answer(304, .bytes([]), type: type, fields)
    }
    return Answer(200, .bytes(bytes), type: type, fields)
  }

  /// The answer with what keeps pages of others from using it.
  ///
  /// - Parameter isReport: Whether it is the report, a page that holds its own style and its one line of
  ///   script.
  func guarded(isReport: Bool) -> Answer {
    let own =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
      + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    let report =
      "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
      + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-scripts"
    var guarded = self
    guarded.fields += [
      ("content-security-policy", isReport ? report : own),
      ("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer"),
      ("cross-origin-resource-policy", "same-origin"),
      ("cross-origin-opener-policy", "same-origin"),
    ]
    return guarded
  }
}
