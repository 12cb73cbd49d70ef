import Foundation

/// What of a map is new beside one that exists: what `mapwright compare` prints.
public struct Comparison: Sendable, Codable {
  /// Outlines where nothing is mapped.
  public var new = 0
  /// Outlines where something is mapped that looks different.
  public var changed = 0
  /// Outlines that are mapped, and look the same.
  public var matched = 0
  /// Existing outlines that were not found.
  public var missing = 0
  /// The ground that new outlines cover, in m² on the ellipsoid.
  public var newSquareMeters = 0.0
  var matchedFrom: Double
  var changedFrom: Double
  var cellMeters: Double
  var crs: String
  var region: String?
  var outlinesFile: OutlineFile.Tally
  var existingFile: OutlineFile.Tally
  var cells: [ComparisonCell]
  var files: [String]

  /// The number of outlines that were found.
  var found: Int { new + changed + matched }

  /// The comparison for people.
  public var words: String {
    var lines = [
      "\(found) outlines beside \(existingFile.outlines) existing ones:",
      "  \(new) new, \(matched) matched (IoU ≥ \(matchedFrom)), \(changed) changed; "
        + "\(missing) existing ones not found",
    ]
    lines += [outlinesFile, existingFile].filter { $0.invalid > 0 }.map {
      "  \($0.invalid) polygons of '\($0.path)' were not valid and are repaired, "
        + "\($0.leftOut) of them left out"
    }
    return (lines + files.map { "  \($0)" }).joined(separator: "\n")
  }

  /// The summary in Markdown.
  var markdown: String {
    let busiest = cells.sorted {
      ($0.new, $0.row, $1.column) > ($1.new, $1.row, $0.column)
    }.prefix(25).filter { $0.new > 0 }
    let rows = busiest.map {
      "| \($0.column), \($0.row) | \($0.new) | \(String(format: "%.0f", $0.newSquareMeters)) "
        + "| \($0.changed) | \($0.matched) | \($0.missing) |"
    }
    let place = region.map { "; only what has its centre of mass in `\($0)`" } ?? ""
    let sides = [outlinesFile, existingFile].map {
      "| `\($0.path)` | \($0.features) | \($0.invalid) | \($0.leftOut) | \($0.outside) "
        + "| \($0.outlines) |"
    }
    return """
      # Outlines beside the existing map

      | outlines | count | what they are |
      |---|---|---|
      | new | **\(new)** | nothing is mapped there; \
      \(String(format: "%.0f", newSquareMeters)) m² together |
      | changed | \(changed) | IoU of at least \(changedFrom), or half of the smaller area shared, \
      and no match |
      | matched | \(matched) | IoU of at least \(matchedFrom), each in one pair, the best first |
      | missing | \(missing) | mapped, and not found |

      ## Where most is new

      \(rows.isEmpty ? "Nothing is new." : "The first \(rows.count) of \(cells.count) cells")\
      \(rows.isEmpty ? "" : " of \(String(format: "%g", cellMeters)) m with any outline; layer "
        + "`cells` has them all. Columns and rows count from the origin of the coordinates.")

      \(rows.isEmpty ? "" : "| column, row | new | m² | changed | matched | missing |\n"
        + "|---|---|---|---|---|---|\n" + rows.joined(separator: "\n") + "\n")
      ## Compared

      In \(crs)\(place). Each part of a multi-polygon counts by itself; invalid polygons are repaired.

      | file | features | invalid | left out | outside | compared |
      |---|---|---|---|---|---|
      \(sides.joined(separator: "\n"))

      `comparison.gpkg` has the layers `footprints` (every outline with `status`, `iou` and the
      `existing` one it stands on), `missing` and `cells`.

      """
  }
}
