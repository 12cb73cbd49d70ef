/// What came of freezing a plan.
public struct FrozenJob: Codable, Sendable {
  /// Where the job lies.
  public var place: String
  /// The pipeline's name.
  public var name: String
  /// How many slices it is meant for.
  public var slices: Int
  /// How many shards there are.
  public var shards: Int
  /// Whether this command has created it, rather than finding the same job there.
  public var isNew: Bool
  /// The plan.
  public var plan: PlanSummary

  /// What came of it, for people.
  public var words: String {
    let each = shards == 0 ? 0 : (shards + slices - 1) / slices
    var lines = plan.lines
    lines += [
      isNew
        ? "frozen in \(place): \(slices) slice\(slices == 1 ? "" : "s") of "
          + "\(each) shard\(each == 1 ? "" : "s") at most"
        : "nothing to do: the same plan is frozen in \(place)",
      "  slices     mapwright run-slice --job \(place) --index 0"
        + (slices > 1 ? ", and so on to \(slices - 1), on any machine" : ""),
      "  then       mapwright finalize --job \(place)",
    ]
    if slices > shards { lines.append("  note       \(slices - shards) slices have nothing to do") }
    return lines.joined(separator: "\n")
  }
}
