import Foundation
import Glibc
import Grids
import Queueing
import ShardStores
import TestSupport
import Testing

@testable import Pipelines

@Suite(.serialized) struct `A coordinator` {
  private let place: TemporaryFolder
  private let folder: RunFolder

  init() throws {
    place = try TemporaryFolder()
    folder = RunFolder(place.url.appending(path: "run"))
    try folder.make()
  }

  /// Makes a coordinator whose workers are a shell's script.
  private func coordinator(workers script: String) throws -> Coordinator {
    let plan = try drawnPlan(scenes: [PixelWindow(x: 0, y: 0, width: 1500, height: 1000)])
    let store = try ShardStore(writing: folder.queue.path)
    try store.insert(plan.records())
    let queue = ShardQueue(
      store: store, successors: { plan.successors(of: $0) }, endsWithout: RunPlan.endsWithout)
    // Where no signal ever comes.
    var signals: [Int32] = [-1, -1]
    _ = pipe(&signals)
    return Coordinator(
      queue: queue, orders: try RunOrders(folder: folder, plan: plan, store: store),
      settings: CoordinatorSettings(
        workers: 1, batch: 1, grace: 1,
        limits: Pulse.Limits(silence: .seconds(60), stall: .seconds(60)), program: "/bin/sh",
        workerArguments: ["-c", script]),
      disk: DiskReserve(folder: folder, bytes: 0), signals: signals[0], lock: 0,
      progress: ProgressLines(plan: plan, isTerminal: false, isQuiet: true))
  }

  @Test func `gives a worker that looks ahead a second shard, and takes both back`() throws {
    func word(_ message: WorkerMessage) throws -> String {
      String(decoding: try JSONEncoder().encode(message), as: UTF8.self)
    }
    let orders = place.url.appending(path: "orders")
    let coordinator = try coordinator(
      workers: """
        echo '\(word(.ready(peakMemory: 1)))'; read -r first; echo '\(word(.looksAhead))'
        read -r second; printf '%s\\n' "$first" "$second" > \(orders.path)
        exit \(ExitStatus.stopped.rawValue)
        """)
    let ending = try coordinator.run()

    guard case .interrupted = ending else {
      Issue.record("the run went on: \(ending)")
      return
    }
    let keys = try String(contentsOf: orders, encoding: .utf8).split(separator: "\n").map {
      guard
        case .work(let order) = try JSONDecoder().decode(
          CoordinatorMessage.self, from: Data($0.utf8))
      else { throw CocoaError(.coderInvalidValue) }
      return order.key
    }
    #expect(keys.count == 2 && Set(keys).count == 2)
    #expect(try coordinator.queue.store.records(in: .leased) == [])
    #expect(try coordinator.queue.store.records(in: .setAside) == [])
  }

  @Test func `counts a worker that the system fails at its birth once`() throws {
    let refusal = WorkFailure(kind: .system, text: "Too many open files")
    let word = String(
      decoding: try JSONEncoder().encode(WorkerMessage.failed(nil, refusal)), as: UTF8.self)
    let births = place.path("births")
    let ending = try coordinator(
      workers: "echo >> \(births); echo '\(word)'; exit \(ExitStatus.cannotWrite.rawValue)"
    ).run()

    guard case .interrupted(let error) = ending else {
      Issue.record("the run went on: \(ending)")
      return
    }
    #expect("\(error)".contains("Too many open files"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: births)).count == Misfortune.refusalLimit)
  }
}
