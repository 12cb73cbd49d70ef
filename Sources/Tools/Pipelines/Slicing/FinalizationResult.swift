/// What came of the end of a job.
public struct FinalizationResult: Codable, Sendable {
  /// How the command ends.
  public var exitStatus: ExitStatus
  /// Where the job lies.
  public var job: String
  /// How many shards there are.
  public var shards: Int
  /// Shards that have no commit record.
  public var missing: Int
  /// Those of them that were set aside.
  public var setAside: Int
  /// The slices that are still to run, as Slurm writes an array: `0-3,7`; empty where none is.
  public var array: String
  /// The map; nil while shards are missing, or where a slice of it was asked for.
  public var map: MapResult?
  /// What came of the slice that was asked for.
  public var slice: SliceResult?

  /// What is missing.
  init(_ tally: JobTally, job: String, exitStatus: ExitStatus) {
    self.exitStatus = exitStatus
    self.job = job
    let missing = tally.missing
    (shards, self.missing) = (tally.job.shardCount, missing.count)
    setAside = tally.setAside.count
    array = tally.slices(of: missing).words
  }

  /// The result for people.
  public var words: String {
    if let words = map?.words ?? slice?.words { return words }
    let are = missing == 1 ? "is" : "are"
    var lines = ["\(missing) of \(shards) shards \(are) missing in \(job)"]
    if setAside > 0 {
      lines.append("  set aside  \(setAside): see `mapwright status --job \(job)`")
    }
    lines.append("  slices     \(array)")
    if exitStatus == .setAside {
      lines.append("run these again, or map with the gaps: `mapwright finalize --with-gaps`")
    } else {
      lines.append(
        "run these, such as `sbatch --array=\(array)`, and then `mapwright finalize` again")
    }
    return lines.joined(separator: "\n")
  }
}
