import Foundation
import Glibc
import ShardStores
import TestSupport
import Testing

@testable import Pipelines

@Suite(.serialized) struct `A worker that does not listen` {
  /// An order with more inputs than a pipe holds.
  private static let longOrder = CoordinatorMessage.work(
    WorkOrder(
      key: ShardKey(stage: 3, index: 0), fence: 1, batch: 1,
      inputs: (0..<5_000).map { number in
        WorkInput(
          index: number, path: "2-queueing/fragments/shard_r\(number)c0.footprints",
          hash: String(repeating: "0", count: 64))
      }))

  /// Starts a shell in place of a worker.
  private func start(_ script: String) throws -> WorkerProcess {
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    defer { close(null) }
    return try WorkerProcess(
      program: "/bin/sh", arguments: ["-c", script], errors: null, lock: null, startedAt: .zero)
  }

  @Test func `does not keep its coordinator waiting, and is told all when it does listen`() throws {
    let folder = try TemporaryFolder()
    let worker = try start("sleep 2; head -n 1 > \(folder.path("heard")); echo done > /dev/null")
    let start = ContinuousClock.now
    worker.send(Self.longOrder)

    #expect(ContinuousClock.now - start < .seconds(1))
    #expect(worker.isBeingTold)
    while worker.isBeingTold {
      worker.tell()
      usleep(1_000)
    }
    #expect(worker.reap() == 0)
    let heard = try Data(contentsOf: folder.url.appending(path: "heard"))
    let message = try JSONDecoder().decode(CoordinatorMessage.self, from: heard)
    guard case .work(let order) = message else { return #expect(Bool(false), "another message") }
    #expect(order.inputs.map(\.index) == Array(0..<5_000))
  }

  @Test func `and is stopped can still be ended`() throws {
    let worker = try start("kill -STOP $$; cat > /dev/null")
    worker.send(Self.longOrder)
    worker.send(.drain(withinSeconds: 1))
    worker.kill()

    #expect(worker.reap() == -SIGKILL && worker.hasEnded())
  }

  @Test func `and is gone is noticed`() throws {
    signal(SIGPIPE, SIG_IGN)
    let worker = try start("exit 3")
    while !worker.isOutOfReach {
      worker.send(Self.longOrder)
      usleep(1_000)
    }

    #expect(!worker.isBeingTold && worker.reap() == 3)
  }
}
