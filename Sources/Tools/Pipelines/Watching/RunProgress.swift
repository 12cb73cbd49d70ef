import Foundation

/// How fast a run is, and who works on it: what `mapwright status --watch` and the progress page
/// show.
public struct RunProgress: Sendable, Codable {
  /// A worker that has a shard.
  public struct Worker: Sendable, Codable {
    /// Its process id.
    public var process: Int
    /// The stage of its shard.
    public var stage: String
    /// Its shard's index in the stage.
    public var shard: Int
    /// Its resident memory in bytes; nil where the kernel does not tell.
    public var memory: Int?
  }

  /// How far it is.
  public var status: RunStatus
  /// The process that works on the run; nil when none does.
  public var coordinator: Int?
  /// Its workers.
  public var workers: [Worker]
  /// Chips classified per second, over the last 20 seconds; nil where none were.
  public var chipsPerSecond: Double?
  /// The ground that they cover, in km² per second.
  public var squareKilometersPerSecond: Double?
  /// What inference still takes at this pace, in seconds.
  public var secondsLeft: Double?
  /// The last lines of what workers say.
  public var log: [String]

  /// Whether the run is worked on, in a word or two.
  public var activity: String {
    if coordinator != nil { return "running" }
    return status.state == RunRecord.State.unfinished.rawValue ? "stopped" : status.state
  }
}

extension RunProgress {
  /// The progress for a terminal.
  ///
  /// - Parameters:
  ///   - width: The terminal's columns.
  ///   - height: Its rows; nil to say everything.
  public func words(width: Int, height: Int? = nil) -> String {
    var lines = ["\(status.name): \(activity), in \(status.folder)", ""]
    lines += status.stages.filter { $0.shards > 0 }.map { line(of: $0, width: width) }
    lines += ["", chips] + pace
    if !workers.isEmpty { lines.append("") }
    lines += workers.map { worker in
      let memory = worker.memory.map { "\($0 / 1_000_000) MB" } ?? "–"
      return "  worker \(worker.process)  \(worker.stage) shard \(worker.shard), \(memory)"
    }
    if !status.setAside.isEmpty { lines.append("") }
    lines += status.setAside.map { shard in
      "  set aside: \(shard.stage) shard \(shard.index): "
        + (shard.reason.split(separator: "\n").first.map(String.init) ?? "")
    }
    let room = height.map { max(1, $0 - 1) } ?? lines.count
    if lines.count > room { lines = lines.prefix(room - 1) + ["  …"] }
    return lines.map { String($0.prefix(max(1, width - 1))) }.joined(separator: "\n")
  }

  private func line(of stage: RunStatus.Stage, width: Int) -> String {
    let ended = stage.done + stage.skipped
    let cells = max(8, min(40, width - 58))
    let filled = stage.shards > 0 ? ended * cells / stage.shards : cells
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: cells - filled)
    var text = "  \(stage.name.padded(to: 22)) \(bar)  \(ended)/\(stage.shards)"
    if stage.running > 0 { text += ", \(stage.running) running" }
    if stage.setAside > 0 { text += ", \(stage.setAside) set aside" }
    return text
  }

  private var chips: String {
    "  \("chips".padded(to: 22)) \(status.chipsMapped) mapped, \(status.chipsSkipped) skipped, "
      + "of \(status.chipsPlanned)"
  }

  private var pace: [String] {
    guard let chipsPerSecond, let squareKilometersPerSecond, let secondsLeft else { return [] }
    let speed = String(
      format: "%.1f chips/s · %.3f km²/s", chipsPerSecond, squareKilometersPerSecond)
    return ["  \("pace".padded(to: 22)) \(speed) · ETA \(ProgressLines.time(secondsLeft))"]
  }
}
