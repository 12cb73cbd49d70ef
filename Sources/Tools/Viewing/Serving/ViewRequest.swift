/// What a browser asks for, without the library that heard it.
struct ViewRequest: Sendable {
  /// `GET`, `HEAD` or `POST`; anything else is refused.
  var method: String
  /// The path as it was sent, without the query.
  var path: String
  /// What stands behind the question mark; empty where nothing does.
  var query: String
  /// The fields, by their names in lower case.
  var fields: [String: String]

  /// Describes a request.
  init(method: String, path: String, query: String = "", fields: [String: String] = [:]) {
    (self.method, self.path, self.query, self.fields) = (method, path, query, fields)
  }

  /// The value of a parameter of the query, as it was sent.
  func parameter(_ name: String) -> String? {
    query.split(separator: "&").first { $0.hasPrefix("\(name)=") }
      .map { String($0.dropFirst(name.count + 1)) }
  }

  /// A parameter that is a number.
  func number(_ name: String) -> Double? {
    parameter(name).flatMap { $0.utf8.count <= 32 ? Double($0) : nil }.flatMap {
      $0.isFinite ? $0 : nil
    }
  }

  /// The value of a cookie.
  func cookie(_ name: String) -> String? {
    fields["cookie"]?.split(separator: ";").lazy.map { $0.drop { $0 == " " } }
      .first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) }
  }
}
