import Foundation

/// How far a job is: what `mapwright status --job` prints.
public struct JobStatus: Codable, Sendable {
  /// One slice of the job's own number of slices.
  public struct Slice: Codable, Sendable {
    /// The slice, from 0.
    public var index: Int
    /// How many shards it has.
    public var shards: Int
    /// Those that have a commit record.
    public var committed: Int
    /// Those that were set aside and not done since.
    public var setAside: Int
  }

  /// Where the job lies.
  public var job: String
  /// The pipeline's name.
  public var name: String
  /// How many shards there are.
  public var shards: Int
  /// Those that have a commit record.
  public var committed: Int
  /// Those that have none.
  public var missing: Int
  /// The slices that have one of the missing, as Slurm writes an array: `0-3,7`.
  public var array: String
  /// Slice by slice.
  public var slices: [Slice]
  /// Shards that were set aside and not done since, with the reason; the first of them.
  public var setAside: [RunStatus.SetAside]
  /// How many of those there are.
  public var setAsideCount: Int
  /// What Slurm says of its tasks; nil where it was not asked to do any, or is not here.
  public var slurm: SlurmQueue?

  /// The most reasons that are read.
  private static let mostReasons = 20

  /// Whether a folder is a job's.
  public static func isJob(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(path)/\(JobNames.job)")
  }

  /// Looks at a job, which may be going on.
  ///
  /// - Parameter place: As typed.
  /// - Throws: ``JobError``, and what the store says.
  public init(of place: String) throws {
    let store = try JobPlace(place).store()
    let job = try Job.read(in: store)
    let tally = try JobTally(of: job, in: store)
    (self.job, name, shards) = (store.place, job.name, job.shardCount)
    committed = tally.committed.count
    let missing = tally.missing
    self.missing = missing.count
    array = tally.slices(of: missing).words
    var slices = (0..<job.slices).map { index in
      Slice(
        index: index, shards: Array(job.shards(ofSlice: index, of: job.slices)).count, committed: 0,
        setAside: 0)
    }
    for shard in tally.committed { slices[shard % job.slices].committed += 1 }
    for shard in tally.setAside { slices[shard % job.slices].setAside += 1 }
    self.slices = slices
    setAsideCount = tally.setAside.count
    setAside = try Self.reasons(of: tally.setAside.sorted().prefix(Self.mostReasons), in: store)
    slurm = try SlurmQueue(of: store)
  }

  /// Why shards were set aside, from the last note on each.
  static func reasons(
    of shards: some Sequence<Int>, in store: any JobStore
  ) throws -> [RunStatus.SetAside] {
    try shards.map { shard in
      let notes = try store.names(under: JobNames.failures(of: .infer, shard))
      let note: FailureNote? = try notes.last.flatMap { name in
        try store.read(name).map { try Job.decode($0, name, in: store) }
      }
      return RunStatus.SetAside(
        stage: WorkStage.infer.title, index: shard, reason: note?.reason ?? "")
    }
  }

  /// The status for people.
  public var words: String {
    var lines = ["\(name): \(committed) of \(shards) shards are committed, in \(job)"]
    if missing > 0 {
      lines.append("  missing    \(missing), of slices \(array)")
      let open = slices.filter { $0.committed < $0.shards }
      for slice in open.prefix(Self.mostReasons) {
        let aside = slice.setAside > 0 ? ", \(slice.setAside) set aside" : ""
        lines.append("  slice \(slice.index)    \(slice.committed)/\(slice.shards) shards\(aside)")
      }
      if open.count > Self.mostReasons {
        lines.append("  and \(open.count - Self.mostReasons) other slices")
      }
    } else {
      lines.append("  next       mapwright finalize --job \(job)")
    }
    if let slurm { lines.append("  " + slurm.words) }
    for shard in setAside {
      let reason = shard.reason.split(separator: "\n").joined(separator: "\n      ")
      lines.append("  set aside: \(shard.stage) shard \(shard.index)\n      \(reason)")
    }
    if setAsideCount > setAside.count {
      lines.append("  and \(setAsideCount - setAside.count) others were set aside")
    }
    return lines.joined(separator: "\n")
  }
}
