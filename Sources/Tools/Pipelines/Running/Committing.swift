import Queueing
import ShardStores

/// A shard whose worker has left its files in staging.
struct FinishedShard {
  var lease: Lease
  var outcome: ShardOutcome
}

/// Publishes and records finished shards, as many at once as have come in.
///
/// All files get their names, then each folder is flushed once, then one transaction records all of
/// them: the order is the same as for one shard, and the disk is waited for as often.
struct Committing {
  /// A shard that could not be published.
  struct Failure {
    var lease: Lease
    var error: any Error
  }

  let queue: ShardQueue
  let orders: RunOrders

  /// Gives the files of shards their names, and makes the names durable.
  ///
  /// - Returns: The shards that can be recorded now, and those whose files could not be published;
  ///   shards whose lease was lost are in neither.
  func name(_ shards: [FinishedShard]) throws -> (named: [FinishedShard], failures: [Failure]) {
    let publisher = Publisher(folder: orders.folder)
    var named: [FinishedShard] = []
    var failures: [Failure] = []
    for shard in shards where try mayPublish(shard) {
      do {
        try check(shard)
        try publisher.name(shard.outcome.files)
        named.append(shard)
      } catch { failures.append(Failure(lease: shard.lease, error: error)) }
    }
    do { try publisher.flush(namesOf: named.flatMap(\.outcome.files)) } catch {
      failures += named.map { Failure(lease: $0.lease, error: error) }
      named = []
    }
    return (named, failures)
  }

  /// Whether nobody else has been given the shard since.
  private func mayPublish(_ shard: FinishedShard) throws -> Bool {
    #if CHAOS
      if Sabotage.isNaive { return true }
    #endif
    return try queue.holds(shard.lease)
  }

  /// Sees that a shard that was done before has come out as it did then.
  private func check(_ shard: FinishedShard) throws {
    #if CHAOS
      if Sabotage.isNaive { return }
    #endif
    try orders.checkIsAsBefore(shard.outcome, of: shard.lease.record)
  }

  /// Records shards whose files have their names, in one transaction.
  ///
  /// - Returns: Those that were recorded; the leases of the others were lost meanwhile.
  func record(_ shards: [FinishedShard]) throws -> [FinishedShard] {
    guard !shards.isEmpty else { return [] }
    let works = shards.map { shard in
      let (lease, outcome) = (shard.lease, shard.outcome)
      let before = outcome.isRestored ? lease.record : nil
      return FinishedWork(
        lease: lease, artifacts: Publisher.artifacts(of: outcome.files, key: lease.key),
        made: before?.madeCount ?? outcome.made, skipped: before?.skippedCount ?? outcome.skipped,
        inputHash: before?.inputHash ?? outcome.inputHash)
    }
    #if CHAOS
      if Sabotage.isNaive {
        try Sabotage.recordAll(works, in: queue, orders.plan)
        return shards
      }
    #endif
    return try zip(shards, queue.finish(works)).filter(\.1).map(\.0)
  }
}
