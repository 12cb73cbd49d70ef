import ShardStores

/// Whether everything fails, which is nobody's shard's fault.
///
/// A shard that fails is tried again after all others. So where many different shards fail in a row
/// and none is ever done, what fails lies outside of them: a processor that lacks an instruction, a
/// library that is gone, a disk that gives nothing. The run stops then, before shard after shard is
/// set aside.
struct Misfortune {
  /// Different shards that fail in a row before the first is done.
  static let limit = 10

  private var failed: Set<ShardKey> = []
  private var isAnyDone = false

  /// A shard was done.
  mutating func shardDone() { isAnyDone = true }

  /// A shard failed; true when everything seems to.
  mutating func shardFailed(_ key: ShardKey) -> Bool {
    failed.insert(key)
    return !isAnyDone && failed.count >= Self.limit
  }
}
