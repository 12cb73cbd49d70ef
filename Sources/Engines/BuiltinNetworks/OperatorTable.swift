/// What the built-in engine claims, for people.
public enum OperatorTable {
  /// The table that the loader uses, as the Markdown of `Documentation/Operators.md`.
  public static var markdown: String { Claim.markdown }

  /// The names of the claimed operators, in alphabetical order.
  public static var names: [String] { Claim.all.map(\.name) }
}
