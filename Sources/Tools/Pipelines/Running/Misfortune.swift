import ShardStores

/// Whether everything fails, which is nobody's shard's fault.
///
/// A shard that fails is tried again after all others. So where many different shards fail in a row
/// and none is ever done, what fails lies outside of them: a processor that lacks an instruction, a
/// library that is gone, a disk that gives nothing. The run stops then, before shard after shard is
/// set aside.
///
/// What the system refuses is no shard's fault, and may have passed when the shard is handed out
/// again; where it is refused again and again, and no shard is done in between, the run stops.
struct Misfortune {
  /// Different shards that fail in a row before the first is done.
  static let limit = 10
  /// Refusals of the system in a row, without a shard done in between.
  static let refusalLimit = 5

  private var failed: Set<ShardKey> = []
  private var isAnyDone = false
  private var refusals = 0

  /// A shard was done.
  mutating func shardDone() {
    isAnyDone = true
    refusals = 0
  }

  /// The system refused something; true when it does so again and again.
  mutating func systemRefused() -> Bool {
    refusals += 1
    return refusals >= Self.refusalLimit
  }

  /// A shard failed; true when everything seems to.
  mutating func shardFailed(_ key: ShardKey) -> Bool {
    failed.insert(key)
    return !isAnyDone && failed.count >= Self.limit
  }
}
