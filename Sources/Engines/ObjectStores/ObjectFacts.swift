/// What a store tells of an object besides its bytes.
public struct ObjectFacts: Hashable, Sendable {
  /// Its size.
  public var count: Int
  /// The SHA-256 that it was given on its way, in hexadecimal digits; nil where it was put there by others.
  public var hash: String?
  /// What tells the call that created it from all others; nil where it was put there by others.
  public var mark: String?
}
