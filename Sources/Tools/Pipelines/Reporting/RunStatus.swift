import Foundation
import ShardStores

/// How far a run is: what `mapwright status` prints.
public struct RunStatus: Codable, Sendable {
  /// Sums over the shards of one stage.
  public struct Stage: Codable, Sendable {
    /// The stage's name.
    public var name: String
    /// All its shards.
    public var shards: Int
    /// Those whose output is committed.
    public var done: Int
    /// Those with nothing to do.
    public var skipped: Int
    /// Those that a worker has.
    public var running: Int
    /// Those that need a person.
    public var setAside: Int
    /// How often a shard was begun.
    public var attempts: Int
  }

  /// A shard that needs a person.
  public struct SetAside: Codable, Sendable {
    /// The stage's name.
    public var stage: String
    /// The shard's index in the stage.
    public var index: Int
    /// Why it failed last.
    public var reason: String
  }

  /// The run's folder.
  public var folder: String
  /// The run's name.
  public var name: String
  /// Whether it is unfinished or finished, in words.
  public var state: String
  /// The stages, in the order of the data.
  public var stages: [Stage]
  /// Chips that meet scenes and region.
  public var chipsPlanned: Int
  /// Chips of committed shards that were classified.
  public var chipsMapped: Int
  /// Planned chips of committed shards that turned out to hold no picture.
  public var chipsSkipped: Int
  /// Chips classified in all attempts; the work done again is this less ``chipsMapped``.
  public var chipsInferred: Int
  /// How often a shard was committed; never more than there are shards.
  public var commits: Int
  /// The shards that need a person.
  public var setAside: [SetAside]

  /// Looks at a run, which may be going on.
  ///
  /// - Throws: ``RunError/notARun(folder:)`` when the folder holds none.
  public init(of folder: RunFolder) throws {
    guard let record = try RunRecord.read(in: folder) else {
      throw RunError.notARun(folder: folder.path)
    }
    let store = try ShardStore(reading: folder.queue.path)
    self = try RunStatus(of: folder, record, RunPlan.read(in: folder, for: store), store)
  }

  init(of folder: RunFolder, _ record: RunRecord, _ plan: RunPlan, _ store: ShardStore) throws {
    self.folder = folder.path
    name = plan.name
    state = record.state.rawValue
    stages = try WorkStage.allCases.map { stage in
      let tally = try store.tally(stage: stage.rawValue)
      return Stage(
        name: stage.title, shards: tally.shards, done: tally.done, skipped: tally.skipped,
        running: tally.leased, setAside: tally.setAside, attempts: tally.attempts)
    }
    let inference = try store.tally(stage: WorkStage.infer.rawValue)
    chipsPlanned = plan.census.chips
    chipsMapped = inference.made
    chipsSkipped = inference.passedOver
    chipsInferred = folder.chipsInferred
    commits = try store.eventCount(of: .done)
    setAside = try store.records(in: .setAside).map {
      SetAside(
        stage: WorkStage(rawValue: $0.key.stage)?.title ?? "", index: $0.key.index,
        reason: $0.reason ?? "")
    }
  }

  /// The status for people.
  public var words: String {
    var lines = ["\(name): \(state), in \(folder)"]
    for stage in stages where stage.shards > 0 {
      var line =
        "  \(stage.name.padded(to: 22)) \(stage.done + stage.skipped)/\(stage.shards) shards"
      if stage.running > 0 { line += ", \(stage.running) running" }
      if stage.setAside > 0 { line += ", \(stage.setAside) set aside" }
      lines.append(line)
    }
    lines.append(
      "  \("chips".padded(to: 22)) \(chipsMapped) mapped, \(chipsSkipped) skipped, "
        + "\(max(0, chipsInferred - chipsMapped)) done again, of \(chipsPlanned)")
    for shard in setAside {
      let reason = shard.reason.split(separator: "\n").joined(separator: "\n      ")
      lines.append("  set aside: \(shard.stage) shard \(shard.index)\n      \(reason)")
    }
    return lines.joined(separator: "\n")
  }
}

extension RunFolder {
  /// Chips classified up to now, in all attempts.
  var chipsInferred: Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: chipTally.path)
    return attributes?[.size] as? Int ?? 0
  }
}

extension String {
  /// The text with spaces after it, at least `width` characters long.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
