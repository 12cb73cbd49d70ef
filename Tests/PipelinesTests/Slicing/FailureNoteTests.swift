import Foundation
import TestSupport
import Testing

@testable import Pipelines

@Suite struct `Notes on shards that were set aside` {
  @Test func `tell the reason of the last attempt`() throws {
    let place = try TemporaryFolder()
    let store = try FolderStore(place.path("job"), making: true)
    // The marks are in no order.
    for (count, mark) in ["ffff", "0000", "7777"].enumerated() {
      let note = FailureNote(
        stage: "infer", shard: 4, reason: "attempt \(count)", attempts: 3,
        slice: .init(index: 0, count: 2))
      let name = JobNames.failure(of: .infer, 4, after: count, mark: mark)
      #expect(try store.create(name, holding: Job.encode(note)))
    }
    let reasons = try JobStatus.reasons(of: [4], in: store)
    #expect(reasons.map(\.reason) == ["attempt 2"])
  }
}
