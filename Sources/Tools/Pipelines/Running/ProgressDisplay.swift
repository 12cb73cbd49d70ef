import CPlatform
import Foundation
import Grids
import ShardStores

/// Where a run's progress is shown.
protocol ProgressDisplay {
  /// Chips were looked at.
  mutating func advance(mapped: Int, skipped: Int)
  /// A shard failed.
  mutating func failed(_ key: ShardKey, reason: String, isSetAside: Bool)
  /// Something a person wants to know.
  mutating func note(_ text: String)
  /// Time has passed.
  mutating func tick(workers: Int, store: ShardStore)
  /// Nothing more will be shown.
  mutating func finish()
}

/// Progress for people: one line that renews itself on a terminal, plain lines elsewhere.
///
/// It writes to standard error, so that standard output stays for results.
struct ProgressLines: ProgressDisplay {
  private let plan: RunPlan
  /// How many chips there are to do, about.
  private let total: Int
  private let isTerminal: Bool
  private let isQuiet: Bool
  private let start = ContinuousClock.now
  /// When the store was last asked, which costs time that grows with the number of shards.
  private var lastLook: ContinuousClock.Instant?
  /// How long that took; looking may take a fiftieth of the time.
  private var lookCost = Duration.zero
  private var lastTick: ContinuousClock.Instant?
  private var chips = 0
  private var mapped = 0
  private var chipsBefore: Int?
  private var setAside = 0
  private var stage: WorkStage?
  private var hasLine = false

  /// Shows the progress of a plan.
  ///
  /// - Parameter chips: How many chips of it there are to do, about; nil for all.
  init(plan: RunPlan, chips: Int? = nil, isTerminal: Bool, isQuiet: Bool) {
    self.plan = plan
    total = chips ?? plan.census.chips
    self.isTerminal = isTerminal
    self.isQuiet = isQuiet
  }

  mutating func advance(mapped: Int, skipped: Int) {
    chips += mapped + skipped
    self.mapped += mapped
  }

  mutating func failed(_ key: ShardKey, reason: String, isSetAside: Bool) {
    if isSetAside { setAside += 1 }
    let name = WorkStage(rawValue: key.stage)?.title ?? "\(key.stage)"
    let what = isSetAside ? "set aside" : "failed, is tried again"
    print(line: "\(name): shard \(key.index) \(what): \(reason)")
  }

  mutating func note(_ text: String) { print(line: text) }

  mutating func tick(workers: Int, store: ShardStore) {
    if isQuiet { return }
    let now = ContinuousClock.now
    if let lastLook, now - lastLook < max(.milliseconds(200), lookCost * 50) { return }
    lastLook = now
    let pause: Duration = isTerminal ? .milliseconds(200) : .seconds(10)
    let counted = try? WorkStage.allCases.map { try store.tally(stage: $0.rawValue) }
    lookCost = .now - now
    guard let tallies = counted,
      let current = WorkStage.allCases.first(where: {
        tallies[$0.rawValue].ended < tallies[$0.rawValue].shards
      })
    else { return }
    if chipsBefore == nil {
      chipsBefore = tallies[0].made + tallies[0].passedOver
    }
    if current == stage, let lastTick, now - lastTick < pause { return }
    lastTick = now
    if stage != current, !isTerminal, !isQuiet { print(line: current.title) }
    stage = current
    let text = words(current, tallies[current.rawValue], seconds: (now - start).seconds)
    show(text + " · \(workers) worker\(workers == 1 ? "" : "s")")
  }

  private func words(_ stage: WorkStage, _ tally: StageTally, seconds: Double) -> String {
    guard stage == .infer else {
      return "\(stage.title)  \(bar(tally.ended, tally.shards))  \(tally.ended)/\(tally.shards)"
    }
    let done = min(total, (chipsBefore ?? 0) + chips)
    let rate = seconds > 0 ? Double(chips) / seconds : 0
    let pixels =
      Double(mapped * plan.shards.chips.core * plan.shards.chips.core) / max(seconds, 0.1)
    let area = pixels * plan.pixelArea / 1e6
    let left = rate > 0 ? Self.time(Double(total - done) / rate) : "–"
    let aside = setAside > 0 ? " · \(setAside) set aside" : ""
    return
      "\(stage.title)  \(bar(done, total))  \(done)/\(total) chips"
      + String(format: " · %.2f Mpx/s · %.3f km²/s", pixels / 1e6, area) + " · ETA \(left)\(aside)"
  }

  private func bar(_ done: Int, _ total: Int) -> String {
    let filled = total > 0 ? done * 20 / total : 20
    return String(repeating: "█", count: filled) + String(repeating: "░", count: 20 - filled)
  }

  /// Minutes and seconds, or hours and minutes from an hour on.
  static func time(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    return whole < 3600
      ? String(format: "%d:%02d", whole / 60, whole % 60)
      : String(format: "%d h %02d", whole / 3600, whole / 60 % 60)
  }

  private mutating func show(_ text: String) {
    guard !isQuiet else { return }
    if isTerminal {
      let fitting = text.prefix(max(1, Int(mw_terminal_width(STDERR_FILENO)) - 1))
      StandardError.write("\r\u{1B}[2K\(fitting)")
      hasLine = true
    } else {
      StandardError.write("  \(text)\n")
    }
  }

  private mutating func print(line text: String) {
    let clear = hasLine ? "\r\u{1B}[2K" : ""
    hasLine = false
    StandardError.write("\(clear)\(text)\n")
  }

  /// Leaves the terminal's line as it is found.
  mutating func finish() {
    guard hasLine else { return }
    StandardError.write("\r\u{1B}[2K")
    hasLine = false
  }
}

extension Duration {
  /// The duration in seconds.
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
