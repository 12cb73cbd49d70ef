import ShardStores
import Testing

@testable import Pipelines

@Suite struct `A run of misfortune` {
  @Test func `is ten different shards that fail before the first is done`() {
    var misfortune = Misfortune()
    // Each fails twice; that the same shard fails again says nothing new.
    let verdicts = (0..<20).map { misfortune.shardFailed(ShardKey(stage: 0, index: $0 / 2)) }

    #expect(verdicts.firstIndex(of: true) == 18)
  }

  @Test func `is none once a shard was done`() {
    var misfortune = Misfortune()
    misfortune.shardDone()
    let verdicts = (0..<1000).map { misfortune.shardFailed(ShardKey(stage: 0, index: $0)) }

    #expect(!verdicts.contains(true))
  }
}
