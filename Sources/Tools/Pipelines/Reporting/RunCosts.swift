import ShardStores

/// What a run took, over all commands that worked on it and came to an end of their own.
struct RunCosts: Codable, Sendable {
  /// What one stage took.
  struct Stage: Codable, Sendable {
    /// Shards that were done; those done again count again.
    var shards = 0
    /// Time at the workers, in s: several work at a time.
    var seconds = 0.0
    /// Time on processors, in s.
    var cpuSeconds = 0.0
    /// The most memory that a worker ever had after such a shard, in bytes.
    var peakMemory: Int64 = 0
    /// Bytes that workers read of files; nil where that of a shard is not known.
    var bytesRead: Int?

    mutating func add(_ more: Stage) {
      // What nothing was added to yet knows nothing.
      bytesRead =
        shards == 0
        ? more.bytesRead : more.bytesRead.flatMap { bytes in bytesRead.map { $0 + bytes } }
      shards += more.shards
      seconds += more.seconds
      cpuSeconds += more.cpuSeconds
      peakMemory = max(peakMemory, more.peakMemory)
    }
  }

  /// A shard that took long.
  struct Shard: Codable, Sendable {
    var key: ShardKey
    var seconds: Double
  }

  /// The most shards that are remembered.
  static let mostShards = 8

  /// By the stage's number.
  var stages: [Int: Stage] = [:]
  /// Those that took longest, the longest first.
  var slowest: [Shard] = []
  /// Time that commands ran, in s.
  var seconds = 0.0
  /// What the processors of the machine took meanwhile, in J; nil where that cannot be measured.
  var joules: Double?

  /// Adds a shard that was done.
  mutating func add(_ key: ShardKey, _ outcome: ShardOutcome) {
    stages[key.stage, default: Stage()].add(
      Stage(
        shards: 1, seconds: outcome.seconds, cpuSeconds: outcome.cpuSeconds,
        peakMemory: outcome.peakMemory, bytesRead: outcome.bytesRead))
    keep([Shard(key: key, seconds: outcome.seconds)])
  }

  /// Adds what another command took.
  mutating func add(_ other: RunCosts) {
    for (number, more) in other.stages { stages[number, default: Stage()].add(more) }
    keep(other.slowest)
    seconds += other.seconds
    if let more = other.joules { joules = (joules ?? 0) + more }
  }

  /// Adds a shard that another machine has done.
  ///
  /// The time that commands ran is not among it: slices run side by side.
  mutating func add(_ commit: CommitRecord) {
    guard let stage = WorkStage.allCases.first(where: { $0.word == commit.stage }) else { return }
    stages[stage.rawValue, default: Stage()].add(
      Stage(
        shards: 1, seconds: commit.costs.seconds, cpuSeconds: commit.costs.cpuSeconds,
        peakMemory: commit.costs.peakMemory))
    let key = ShardKey(stage: stage.rawValue, index: commit.shard)
    keep([Shard(key: key, seconds: commit.costs.seconds)])
    if let more = commit.costs.joules { joules = (joules ?? 0) + more }
  }

  private mutating func keep(_ shards: [Shard]) {
    slowest = Array((slowest + shards).sorted { $0.seconds > $1.seconds }.prefix(Self.mostShards))
  }
}
