import Foundation

/// What one trial came to: a row of the table.
struct ReportRow: Codable, Sendable {
  var trial: String
  var promise: String
  var done: String
  var seen: String
  var verdict: String
  var faults: [String]
  var seconds: Double
  var numbers: [String: Double]
  /// The day.
  var date: String
  /// The processor, and how many cores of it.
  var machine: String
  var seed: UInt64

  init(_ trial: any Trial, _ finding: Finding, seconds: Double, seed: UInt64) {
    self.trial = trial.name
    promise = trial.promise
    done = finding.skipped ?? finding.done
    seen = finding.seen
    verdict =
      finding.skipped != nil ? "skipped" : finding.faults.isEmpty ? "holds" : "DOES NOT HOLD"
    faults = finding.faults
    self.seconds = seconds
    numbers = finding.numbers
    date = String(Date().formatted(.iso8601).prefix(10))
    machine = Self.machine
    self.seed = seed
  }

  /// The row in lines, with what did not hold.
  func words(replay: String) -> String {
    var lines = ["\(trial): \(promise)", "  \(verdict) in \(Int(seconds)) s: \(done); \(seen)"]
    lines += faults.prefix(20).map { "    \($0)" }
    if !faults.isEmpty { lines.append("    replay: \(replay)") }
    return lines.joined(separator: "\n")
  }

  private static var machine: String {
    let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let model = lines.split(separator: "\n").first { $0.hasPrefix("model name") }
    let name = model?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
    return "\(name ?? "unknown"), \(ProcessInfo.processInfo.activeProcessorCount) cores"
  }
}
