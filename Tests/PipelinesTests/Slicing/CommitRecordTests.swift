import Foundation
import ShardStores
import TestSupport
import Testing

@testable import Pipelines

@Suite struct `Commit records of a job` {
  private let place: TemporaryFolder
  private let store: FolderStore

  init() throws {
    place = try TemporaryFolder()
    store = try FolderStore(place.path("job"), making: true)
  }

  private func key(_ index: Int) -> ShardKey {
    ShardKey(stage: WorkStage.infer.rawValue, index: index)
  }

  private func commit(_ shards: some Sequence<Int>) throws {
    for shard in shards {
      let record = CommitRecord(
        stage: "infer", shard: shard, files: [], made: shard, skipped: 0, inputHash: nil,
        slice: .init(index: 0, count: 1), costs: .init())
      #expect(
        try store.create(JobNames.commit(of: .infer, shard), holding: Job.encode(record)))
    }
  }

  @Test func `come in the order in which they were asked for`() throws {
    try commit(0..<50)
    let asked = (0..<50).map { ($0 * 7) % 50 }
    let records = try CommitRecord.reread(of: asked.map(key), in: store)
    #expect(records.map(\.shard) == asked && records.map(\.made) == asked)
    #expect(try CommitRecord.reread(of: [ShardKey](), in: store) == [])
  }

  @Test func `fail with the first that is missing`() throws {
    try commit((0..<50).filter { ![20, 33, 36].contains($0) })
    let error = #expect(throws: JobError.self) {
      try CommitRecord.reread(of: (0..<50).map(key), in: store)
    }
    #expect("\(try #require(error))".contains("commits/infer/20.json"))
  }
}
