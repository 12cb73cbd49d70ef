import ShardStores

/// What came of a slice.
public struct SliceResult: Codable, Sendable {
  /// How the command ends.
  public var exitStatus: ExitStatus
  /// Where the job lies.
  public var job: String
  /// What was done of it: the stage as progress is shown.
  public var stage: String
  /// The slice, from 0.
  public var index: Int
  /// Of how many.
  public var count: Int
  /// How many shards it has.
  public var shards: Int
  /// Those that were committed before the command began.
  public var doneBefore: Int
  /// Those that it has committed.
  public var committed = 0
  /// Those that another task has committed meanwhile, with the same result.
  public var doneByOthers = 0
  /// Those that were set aside, with the reason.
  public var setAside: [RunStatus.SetAside] = []

  /// The result for people.
  public var words: String {
    let slice = "slice \(index) of \(count)"
    var lines: [String] = []
    switch exitStatus {
    case .stopped:
      lines.append("stopped; what was committed is kept in \(job)")
      lines.append("run the same command again to go on with \(slice)")
      return lines.joined(separator: "\n")
    case .done where committed + doneByOthers == 0:
      lines.append(
        "nothing to do: all \(shards) shards of \(slice) are committed in \(job) (\(stage))")
    default: lines.append("\(slice) is done, in \(job) (\(stage))")
    }
    if committed + doneByOthers > 0 {
      var line = "  shards     \(committed) committed"
      if doneByOthers > 0 { line += ", \(doneByOthers) by another task meanwhile" }
      if doneBefore > 0 { line += ", \(doneBefore) before" }
      lines.append(line)
    }
    for shard in setAside {
      let reason = shard.reason.split(separator: "\n").joined(separator: "\n      ")
      lines.append("  set aside: \(shard.stage) shard \(shard.index)\n      \(reason)")
    }
    return lines.joined(separator: "\n")
  }
}
