/// An attribute of the features of a layer.
public struct VectorField: Hashable, Sendable {
  /// What an attribute holds.
  public enum Kind: String, Hashable, Sendable {
    /// Whole numbers of 64 bits.
    case integer
    /// Floating-point numbers of 64 bits.
    case real
    /// Text.
    case text
  }

  /// The name.
  public var name: String
  /// What it holds.
  public var kind: Kind

  /// Makes an attribute.
  public init(name: String, kind: Kind) {
    self.name = name
    self.kind = kind
  }
}

/// The value of an attribute.
public enum VectorValue: Hashable, Sendable {
  /// A whole number.
  case integer(Int64)
  /// A number.
  case real(Double)
  /// A text.
  case text(String)
  /// No value.
  case null
}
