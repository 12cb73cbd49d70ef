import Foundation

/// The table of a campaign, for people and for programs.
struct Report: Encodable, Sendable {
  /// What one trial came to.
  struct Row: Encodable, Sendable {
    var trial: String
    var promise: String
    var done: String
    var seen: String
    var verdict: String
    var faults: [String]
    var seconds: Double
    var numbers: [String: Double]

    /// The row in lines, with what did not hold.
    func words(replay: String) -> String {
      var lines = [
        "\(trial): \(promise)", "  \(verdict) in \(Int(seconds)) s: \(done); \(seen)",
      ]
      lines += faults.prefix(20).map { "    \($0)" }
      if !faults.isEmpty { lines.append("    replay: \(replay)") }
      return lines.joined(separator: "\n")
    }
  }

  /// Wall time of the campaign.
  var seconds = 0.0

  private let date: String
  private let processor: String
  private let cores: Int
  private let seed: UInt64
  private let isQuick: Bool
  private let trials: [String]
  private var rows: [Row] = []

  /// - Parameter trials: Their names, in the order of the table.
  init(_ options: Options, trials: [String]) {
    self.trials = trials
    date = String(Date().formatted(.iso8601).prefix(10))
    let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let model = lines.split(separator: "\n").first { $0.hasPrefix("model name") }
    processor =
      model?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
      ?? "unknown"
    cores = ProcessInfo.processInfo.activeProcessorCount
    seed = options.seed
    isQuick = options.isQuick
  }

  /// Takes in what a trial has seen.
  mutating func add(_ trial: any Trial, _ finding: Finding, seconds: Double) -> Row {
    let verdict =
      finding.skipped != nil ? "skipped" : finding.faults.isEmpty ? "holds" : "DOES NOT HOLD"
    let row = Row(
      trial: trial.name, promise: trial.promise, done: finding.skipped ?? finding.done,
      seen: finding.seen, verdict: verdict, faults: finding.faults, seconds: seconds,
      numbers: finding.numbers)
    rows.append(row)
    rows.sort { (trials.firstIndex(of: $0.trial) ?? 0) < (trials.firstIndex(of: $1.trial) ?? 0) }
    return row
  }

  /// Whether everything held that could be tried.
  var holds: Bool { rows.allSatisfy(\.faults.isEmpty) }

  /// The end of the campaign in one line.
  var summary: String {
    let skipped = rows.count { $0.verdict == "skipped" }
    let failed = rows.filter { !$0.faults.isEmpty }.map(\.trial)
    return "\(rows.count) trials, \(skipped) skipped, seed \(seed), \(Int(seconds)) s: "
      + (failed.isEmpty ? "everything holds" : "does not hold: \(failed.joined(separator: ", "))")
  }

  /// Writes the table, and its figures as JSON beside it.
  func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let table = URL(fileURLWithPath: path)
    try Data(markdown.utf8).write(to: table)
    try encoder.encode(self).write(
      to: table.deletingPathExtension().appendingPathExtension("json"))
  }

  private var markdown: String {
    let kind = isQuick ? "make chaos-quick" : "make chaos"
    var lines = [
      "# What was done to runs, and what they did", "",
      "Written by `\(kind)` on \(date); \(processor), \(cores) cores, in \(Int(seconds / 60)) minutes;",
      "first seed \(seed). A row is repeated alone by `make chaos ONLY=<trial> SEED=<seed>`. Every trial runs the release build",
      "of `mapwright` on a drawn scene with a small network, and compares the bytes of everything",
      "under `4-mosaicking` and `5-footprints` with those of a run that nobody disturbed.", "",
      "| trial | what must hold | what was done | what was seen | verdict | s |",
      "|---|---|---|---|---|---|",
    ]
    for row in rows {
      lines.append(
        "| \(row.trial) | \(row.promise) | \(row.done) | \(row.seen) | \(row.verdict) "
          + "| \(Int(row.seconds.rounded())) |")
    }
    let faults = rows.flatMap { row in row.faults.map { "- \(row.trial): \($0)" } }
    if !faults.isEmpty { lines += ["", "## What did not hold", ""] + faults }
    return lines.joined(separator: "\n") + "\n"
  }
}
