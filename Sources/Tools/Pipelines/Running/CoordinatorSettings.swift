import Queueing

/// What a coordinator is told by its command.
struct CoordinatorSettings {
  /// Worker processes at a time.
  var workers: Int
  /// How many chips a worker gives its network at once.
  var batch: Int
  /// Seconds that shards may still take after a signal.
  var grace: Double
  /// How long a worker may be silent, or get nowhere.
  var limits: Pulse.Limits
  /// This executable.
  var program: String
  /// The words that make it a worker of this run.
  var workerArguments: [String]
  /// Whether workers may read files that are not on this machine.
  var reachesOut = false
}

/// How a coordinator's work ended.
enum RunEnding {
  /// Nothing is left to do; this many shards were set aside.
  case finished(setAside: Int)
  /// A signal stopped it.
  case stopped
  /// Something that no shard is to blame for; the same command goes on when it is mended.
  case interrupted(any Error)
}
