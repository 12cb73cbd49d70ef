/// The value of an attribute.
public enum VectorValue: Hashable, Sendable {
  /// A whole number.
  case integer(Int64)
  /// A number.
  case real(Double)
  /// A text.
  case text(String)
  /// Records, with one value per attribute of the field's own.
  case records([[VectorValue]])
  /// No value.
  case null
}

extension VectorValue {
  /// The value in JSON (RFC 8259); attributes without a value are left out of records.
  ///
  /// - Parameter kind: What the field holds: the names in records are its own.
  public func json(_ kind: VectorField.Kind) -> String {
    switch (self, kind) {
    case (.integer(let number), _): "\(number)"
    case (.real(let number), _): number.isFinite ? "\(number)" : "null"
    case (.text(let text), _): JSONText.quoted(text)
    case (.records(let records), .records(let fields)):
      "[" + records.map { Self.object($0, fields) }.joined(separator: ",") + "]"
    case (.records, _), (.null, _): "null"
    }
  }

  private static func object(_ values: [VectorValue], _ fields: [VectorField]) -> String {
    let members = zip(fields, values).filter { $1 != .null }
    return "{"
      + members.map { "\(JSONText.quoted($0.name)):\($1.json($0.kind))" }.joined(separator: ",")
      + "}"
  }
}
