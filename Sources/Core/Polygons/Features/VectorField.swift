/// An attribute of the features of a layer.
public struct VectorField: Hashable, Sendable {
  /// What an attribute holds.
  public indirect enum Kind: Hashable, Sendable {
    /// Whole numbers of 64 bits.
    case integer
    /// Floating-point numbers of 64 bits.
    case real
    /// Text.
    case text
    /// A list of records, each with these attributes; JSON where a format has no lists.
    case records([VectorField])
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
