import Foundation
import Testing

@testable import mapwright_chaos

@Suite struct `The table of trials` {
  private func row(_ trial: String, fault: String? = nil) -> ReportRow {
    var finding = Finding(done: "30 kills", seen: "the same bytes")
    if let fault { finding.faults = [fault] }
    return ReportRow(StandIn(name: trial), finding, seconds: 2, seed: 7)
  }

  @Test func `replaces the row of a trial that is held again, in the order of the campaign`() {
    var report = Report()
    report.add(row("clock", fault: "other bytes"), order: ["kill-tree", "clock"])
    report.add(row("kill-tree"), order: ["kill-tree", "clock"])
    #expect(report.rows.map(\.trial) == ["kill-tree", "clock"] && !report.holds)

    report.add(row("clock"), order: ["kill-tree", "clock"])
    #expect(report.rows.map(\.trial) == ["kill-tree", "clock"] && report.holds)
  }

  @Test func `keeps in its file what other campaigns have seen, and says what did not hold`() throws
  {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "chaos.md").path

    try Report.put(row("kill-tree"), into: path, order: ["kill-tree", "clock"])
    try Report.put(row("clock", fault: "other bytes"), into: path, order: ["kill-tree", "clock"])

    let table = try String(contentsOfFile: path, encoding: .utf8)
    #expect(
      table.contains("| kill-tree | ") && table.contains("| 30 kills | the same bytes | holds |"))
    #expect(table.contains("| DOES NOT HOLD | 7 | ") && table.contains("- clock: other bytes"))
  }

  @Test func `is told of a trial that cannot be held here`() {
    let row = ReportRow(StandIn(), .skipped("no strace"), seconds: 0, seed: 1)

    #expect(row.verdict == "skipped" && row.done == "no strace")
  }
}

/// A trial that does nothing.
private struct StandIn: Trial {
  var name = "stand-in"
  let promise = "nothing is wrong"

  func perform(in arena: Arena) throws -> Finding { Finding() }
}
