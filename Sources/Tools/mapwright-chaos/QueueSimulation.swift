import Foundation
import Queueing
import ShardStores

/// The queue's state machine alone, under everything that can happen to it, without disk or clock.
///
/// Workers lease, finish, fail, are killed, hand back; coordinators die and recover; zombies act on
/// leases they have lost; rescuers decide on what they read a while ago; people retry. What is saved
/// is decided by the fence, as the store does it. After every step the promises are looked at.
struct QueueSimulation {
  /// How often each thing was done and saved, and how often the fence refused it.
  struct Tally: Hashable {
    var steps = 0
    var saved = 0
    var refused = 0
    var runs = 0
    var coordinatorDeaths = 0
    var damages = 0
  }

  /// A transition that somebody has decided on and not saved yet.
  private struct Intention {
    var shard: Int
    var next: ShardRecord
    var isFinish: Bool
  }

  private(set) var tally = Tally()
  /// The first promise that was broken; nil as long as none is.
  private(set) var broken: String?

  private static let width = 12
  private static let stages = 4
  private var dice: Dice
  private var records: [ShardRecord] = []
  private var artifacts: [Bool] = []
  private var commits: [Int] = []
  /// Leases that somebody believes in, lost ones among them.
  private var leases: [Lease] = []
  private var intentions: [Intention] = []

  private struct Lease {
    var shard: Int
    var record: ShardRecord
  }

  init(seed: UInt64) {
    dice = Dice(seed: seed)
    begin()
  }

  /// Takes steps until there were so many, or a promise is broken.
  mutating func run(steps: Int) {
    while tally.steps < steps, broken == nil {
      step()
      checkWaiting()
      tally.steps += 1
      if records.allSatisfy(\.hasEnded), records.allSatisfy({ $0.state == .done }) {
        checkEnd()
        begin()
      }
    }
  }

  // MARK: - The plan

  /// Shards of inference; each later one waits for all of the stage before it.
  private mutating func begin() {
    tally.runs += 1
    let width = Self.width
    records = (0..<Self.stages).flatMap { stage in
      (0..<width).map { index in
        ShardRecord(
          key: ShardKey(stage: stage, index: index), state: stage == 0 ? .ready : .blocked,
          waits: stage == 0 ? 0 : width)
      }
    }
    artifacts = Array(repeating: false, count: records.count)
    commits = Array(repeating: 0, count: records.count)
    leases = []
    intentions = []
  }

  private mutating func release(after shard: Int) {
    let stage = shard / Self.width + 1
    guard stage < Self.stages else { return }
    for waiting in stage * Self.width..<(stage + 1) * Self.width
    where records[waiting].state == .blocked {
      records[waiting].waits -= 1
      records[waiting].fence += 1
      if records[waiting].waits == 0 { records[waiting].state = .ready }
    }
  }

  // MARK: - What happens

  private mutating func step() {
    switch dice.next() % 100 {
    case 0..<40: lease()
    case 40..<62: end(\.finishedPlainly, isFinish: true)
    case 62..<68: end({ $0.givenBack() })
    case 68..<72: end({ $0.crashed(because: "crash") })
    case 72..<76: end({ $0.killed(because: "kill") })
    case 76..<86: decide()
    case 86..<96: act()
    case 96: findDamage()
    case 97: retry()
    default: coordinatorDies()
    }
  }

  private mutating func lease() {
    guard let shard = nextReady(), let next = records[shard].leased(by: 1) else { return }
    save(Intention(shard: shard, next: next, isFinish: false))
    leases.append(Lease(shard: shard, record: records[shard]))
    if leases.count > 8 { leases.removeFirst() }
  }

  /// Of the latest stage, the first.
  private func nextReady() -> Int? {
    for stage in (0..<Self.stages).reversed() {
      for shard in stage * Self.width..<(stage + 1) * Self.width
      where records[shard].state == .ready {
        return shard
      }
    }
    return nil
  }

  /// Somebody who believes in a lease ends it, rightly or not.
  private mutating func end(_ transition: (ShardRecord) -> ShardRecord?, isFinish: Bool = false) {
    guard let place = leases.indices.randomElement(using: &dice) else { return }
    let lease = leases[place]
    guard let next = transition(lease.record) else { return }
    save(Intention(shard: lease.shard, next: next, isFinish: isFinish))
    // Most know that they have ended; some are zombies and try again.
    if !dice.shows(0.2) { leases.remove(at: place) }
  }

  /// A rescuer reads a shard and decides; it acts later (River's issue 1302).
  private mutating func decide() {
    let shard = Int(dice.next() % UInt64(records.count))
    guard let next = records[shard].givenBack() else { return }
    intentions.append(Intention(shard: shard, next: next, isFinish: false))
    if intentions.count > 8 { intentions.removeFirst() }
  }

  private mutating func act() {
    guard let place = intentions.indices.randomElement(using: &dice) else { return }
    save(intentions.remove(at: place))
  }

  /// A person wants what was set aside tried again; for what it has to wait is counted anew.
  private mutating func retry() {
    for shard in records.indices {
      guard var next = records[shard].retried() else { continue }
      let stage = shard / Self.width
      let open = stage == 0 ? 0 : open(before: stage)
      if open > 0 { (next.state, next.waits) = (.blocked, open) }
      save(Intention(shard: shard, next: next, isFinish: false))
    }
  }

  /// How many shards of the stage before are not done.
  private func open(before stage: Int) -> Int {
    records[(stage - 1) * Self.width..<stage * Self.width].count { $0.state != .done }
  }

  /// Whoever reads a finished shard's file finds it damaged: the shard is done again, and all that
  /// reads it waits once more.
  private mutating func findDamage() {
    guard let lease = leases.randomElement(using: &dice), lease.shard >= Self.width else { return }
    guard records[lease.shard].fence == lease.record.fence else { return tally.refused += 1 }
    let stage = lease.shard / Self.width
    let culprit = (stage - 1) * Self.width + Int(dice.next() % UInt64(Self.width))
    guard let undone = records[culprit].undone() else { return }
    tally.damages += 1
    records[culprit] = undone
    artifacts[culprit] = false
    commits[culprit] -= 1
    for reader in stage * Self.width..<(stage + 1) * Self.width {
      if let waiting = records[reader].heldUp() { records[reader] = waiting }
    }
  }

  private mutating func coordinatorDies() {
    tally.coordinatorDeaths += 1
    let (crashes, kills) = (records.map(\.crashes), records.map(\.kills))
    for shard in records.indices {
      if let next = records[shard].givenBack() {
        save(Intention(shard: shard, next: next, isFinish: false))
      }
    }
    check(records.map(\.crashes) == crashes && records.map(\.kills) == kills, "a death was blamed")
    check(!records.contains { $0.state == .leased }, "a lease outlived its coordinator")
  }

  // MARK: - What is saved, and what is promised

  /// Saves a transition if nobody has saved the shard since it was read, as the store does.
  private mutating func save(_ intention: Intention) {
    let (shard, next) = (intention.shard, intention.next)
    let before = records[shard]
    guard before.fence == next.fence - 1 else {
      tally.refused += 1
      return
    }
    tally.saved += 1
    check(next.fence > before.fence, "a fence went back: \(before.key)")
    check(before.state != .done, "\(before.key) was done, then \(next.state)")
    records[shard] = next
    if intention.isFinish {
      commits[shard] += 1
      artifacts[shard] = true
      let times = commits[shard]
      check(times == 1, "\(next.key) was committed \(times) times")
      release(after: shard)
    }
    check(
      (next.state == .done) == artifacts[shard], "\(next.key) is \(next.state), artifact or not")
    check(next.state == .leased || next.owner == nil, "\(next.key) has an owner and no lease")
    check(
      records.allSatisfy(\.hasEnded) || canGoOn, "nothing can happen any more, and not all is done")
  }

  /// Whether some shard can be leased, ended or retried: then, one after the other, all can.
  private var canGoOn: Bool {
    records.contains { $0.state == .ready || $0.state == .leased || $0.state == .setAside }
  }

  /// Whoever waits knows for how many, and whoever does not has nothing to wait for.
  private mutating func checkWaiting() {
    for stage in 1..<Self.stages {
      let open = open(before: stage)
      for record in records[stage * Self.width..<(stage + 1) * Self.width] {
        let isRight =
          switch record.state {
          case .blocked: record.waits == open && open > 0
          case .ready, .leased: open == 0
          default: true
          }
        check(isRight, "\(record.key) is \(record.state), waits for \(record.waits) of \(open)")
      }
    }
  }

  private mutating func checkEnd() {
    check(commits.allSatisfy { $0 == 1 }, "a run ended with shards committed twice or never")
    check(artifacts.allSatisfy(\.self), "a run ended without all files")
  }

  private mutating func check(_ holds: Bool, _ promise: @autoclosure () -> String) {
    if !holds && broken == nil { broken = "step \(tally.steps): \(promise())" }
  }

  // MARK: - For the command line

  /// Runs, prints what happened, and says whether everything held.
  static func demonstrate(seed: UInt64, steps: Int) throws -> Bool {
    var simulation = QueueSimulation(seed: seed)
    let start = ContinuousClock.now
    simulation.run(steps: steps)
    let seconds = (ContinuousClock.now - start).seconds
    let tally = simulation.tally
    print(
      "\(tally.steps) steps in \(String(format: "%.1f", seconds)) s: \(tally.saved) saved, "
        + "\(tally.refused) refused by the fence, \(tally.coordinatorDeaths) deaths of coordinators, "
        + "\(tally.damages) damaged files, \(tally.runs) runs; "
        + (simulation.broken ?? "every promise held"))
    return simulation.broken == nil
  }
}

extension ShardRecord {
  /// Finished, with nothing counted.
  fileprivate var finishedPlainly: ShardRecord? { finished(made: 0, skipped: 0, inputHash: nil) }
}
