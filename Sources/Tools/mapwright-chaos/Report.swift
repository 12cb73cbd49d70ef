import Foundation

/// The table of all trials, for people and for programs.
///
/// It lives in its files: a trial that is held again replaces its row, and a campaign that is
/// interrupted leaves the rows of what was over.
struct Report: Codable, Sendable {
  private(set) var rows: [ReportRow] = []

  init() {}

  /// Reads the table that lies at a path; an empty one when there is none.
  private init(reading path: String) {
    let file = Self.figures(of: path)
    self = (try? JSONDecoder().decode(Report.self, from: Data(contentsOf: file))) ?? Report()
  }

  /// Puts a row into the table at a path, `….md`, and into its figures, `….json`.
  ///
  /// - Parameter order: The trials' names, in the order of the table.
  static func put(_ row: ReportRow, into path: String, order: [String]) throws {
    var report = Report(reading: path)
    report.add(row, order: order)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try encoder.encode(report).write(to: figures(of: path))
    try Data(report.markdown.utf8).write(to: URL(fileURLWithPath: path))
  }

  /// Takes in a row, in the place of an earlier one of the same trial.
  mutating func add(_ row: ReportRow, order: [String] = []) {
    rows.removeAll { $0.trial == row.trial }
    rows.append(row)
    rows.sort { (order.firstIndex(of: $0.trial) ?? 0) < (order.firstIndex(of: $1.trial) ?? 0) }
  }

  /// Whether everything held that could be tried.
  var holds: Bool { rows.allSatisfy(\.faults.isEmpty) }

  /// The end of a campaign in one line.
  var summary: String {
    let skipped = rows.count { $0.verdict == "skipped" }
    let failed = rows.filter { !$0.faults.isEmpty }.map(\.trial)
    return "\(rows.count) trials, \(skipped) skipped: "
      + (failed.isEmpty ? "everything holds" : "does not hold: \(failed.joined(separator: ", "))")
  }

  private static func figures(of path: String) -> URL {
    URL(fileURLWithPath: path).deletingPathExtension().appendingPathExtension("json")
  }

  private var markdown: String {
    let machines = Set(rows.map(\.machine)).sorted().joined(separator: "; ")
    var lines = [
      "# What was done to runs, and what they did", "",
      "Written by `make chaos` on \(machines). `make chaos ONLY=<trial> SEED=<seed>` holds one trial",
      "again and replaces its row. Every trial runs the release build of `mapwright` on a drawn scene",
      "with a small network, and compares the bytes of everything under `4-mosaicking` and",
      "`5-footprints` with those of a run that nobody disturbed.", "",
      "| trial | what must hold | what was done | what was seen | verdict | seed | on | s |",
      "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows {
      lines.append(
        "| \(row.trial) | \(row.promise) | \(row.done) | \(row.seen) | \(row.verdict) "
          + "| \(row.seed) | \(row.date) | \(Int(row.seconds.rounded())) |")
    }
    let faults = rows.flatMap { row in row.faults.map { "- \(row.trial): \($0)" } }
    if !faults.isEmpty { lines += ["", "## What did not hold", ""] + faults }
    return lines.joined(separator: "\n") + "\n"
  }
}
