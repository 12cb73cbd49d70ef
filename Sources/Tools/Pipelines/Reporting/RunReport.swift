import Foundation
import Grids
import Mosaicking
import Tiling

/// The report of a run, for people: what was mapped, what was not and why, and from what.
struct RunReport {
  /// The report in Markdown.
  let text: String

  init(_ result: MapResult, plan: RunPlan, record: RunRecord) {
    let sections = [
      Self.summary(result, plan),
      Self.gaps(result),
      Self.costs(result),
      Self.files(result),
      Self.sources(plan, record),
    ]
    text = sections.compactMap(\.self).joined(separator: "\n\n") + "\n"
  }

  private static func summary(_ result: MapResult, _ plan: RunPlan) -> String {
    var rows = ["# \(plan.name)", "", "| | |", "|---|---|"]
    if let area = result.mappedSquareKilometers {
      rows.append("| mapped | \(String(format: "%.3f", area)) km² |")
    }
    if let pixels = result.pixels {
      rows += [
        "| pixels mapped | \(pixels.mapped) |", "| pixels without a picture | \(pixels.nodata) |",
        "| pixels under clouds | \(pixels.cloud) |",
        "| pixels outside region or scenes | \(pixels.outside) |",
        "| pixels set aside | \(pixels.setAside) |",
      ]
    }
    for layer in result.layers {
      if let features = layer.features { rows.append("| \(layer.name) | \(features) |") }
    }
    rows.append("| grid | \(plan.grid.crs) |")
    rows.append("| chips | \(plan.census.chips) of \(plan.shards.chips.chip) px |")
    return (rows + result.warnings.map { "\n> \($0)" }).joined(separator: "\n")
  }

  private static func gaps(_ result: MapResult) -> String {
    let left = result.unreadable.map { "- `\($0.path)` was left out: \($0.reason)" }
    let scenes = left.isEmpty ? [] : ["", "Scenes that cannot be read:", ""] + left
    return ([shards(result)] + scenes).joined(separator: "\n")
  }

  private static func shards(_ result: MapResult) -> String {
    guard !result.setAside.isEmpty else {
      return "## Not mapped\n\nNothing was set aside. The coverage layer shows every pixel's fate."
    }
    let rows = result.setAside.map { shard in
      let reason = shard.reason.split(separator: "\n").map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      return "| \(shard.stage) | \(shard.index) | \(reason.joined(separator: "; ")) |"
    }
    return
      (["## Not mapped", "", "| stage | shard | reason |", "|---|---|---|"] + rows).joined(
        separator: "\n")
  }

  private static func costs(_ result: MapResult) -> String? {
    guard let costs = result.jobCosts else { return nil }
    let rows = costs.rows.map { "| \($0.name) | \($0.words) |" }
    return (["## What all machines took", "", "| | |", "|---|---|"] + rows).joined(separator: "\n")
  }

  private static func files(_ result: MapResult) -> String {
    (["## Files", ""] + result.files.map { "- [\($0)](\($0))" }).joined(separator: "\n")
  }

  private static func sources(_ plan: RunPlan, _ record: RunRecord) -> String {
    let scenes = zip(plan.scenes.scenes, plan.sources).enumerated().map { index, entry in
      let number = plan.tellsProvenance ? "scene \(index + 1) of the provenance layer, " : ""
      let taken = entry.0.acquired.map { "taken \($0), " } ?? ""
      return "| \(entry.0.path) | \(number)\(taken)\(entry.1.map(\.bytes).reduce(0, +)) bytes |"
    }
    return
      ([
        "## Made from", "", "| file | what it is |", "|---|---|",
        "| \(plan.model.path) | SHA-256 begins with `\(plan.model.hash.prefix(16))` |",
      ] + scenes + ["", "mapwright \(record.program)"]).joined(separator: "\n")
  }
}
