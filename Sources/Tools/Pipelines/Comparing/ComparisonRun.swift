import Footprints
import Foundation
import GeoFiles
import Grids
import Polygons

/// Compares outlines with a map that exists, and writes what came of it.
///
/// Both files are read twice, so that attributes are never held: memory grows with the outlines'
/// corners alone.
public struct ComparisonRun {
  private let request: ComparisonRequest

  /// Prepares what was asked for; nothing happens yet.
  public init(_ request: ComparisonRequest) { self.request = request }

  /// Writes `comparison.gpkg`, `comparison.md` and `comparison.json`, which take their names when all
  /// is written.
  ///
  /// - Throws: ``InputError``, ``RunError`` or the words of GDAL.
  public func execute() throws -> Comparison {
    try OutsideLibraries.start()
    let results = try ResultFolder(request.folder)
    let found = try OutlineFile(of: request.outlines)
    let existing = try OutlineFile(opening: request.existing)
    guard let crs = found.reader.crs else { throw GeoFileError.missingCRS(path: found.path) }
    let region = try request.region.map { try OutlineFile.selection($0, in: crs) }
    var (outlines, mapped, names) = ([Polygon](), [Polygon](), [String]())
    let foundTally = try found.visit(in: crs, within: region) { outlines.append($0.polygon) }
    let identities = Self.identities(among: existing.reader.fields)
    let existingTally = try existing.visit(
      in: crs, within: region, values: identities
    ) {
      mapped.append($0.polygon)
      names.append($0.values.lazy.compactMap(\.text).first ?? "#\($0.feature)")
    }
    let result = FootprintComparison(
      of: outlines, with: mapped, matched: request.matched, changed: request.changed)

    return try results.fill {
      func path(_ layer: String) -> String { results.staged("\(layer).gpkg") }
      // The layer of footprints is the first of the file that stays.
      try write(found, as: result, names, in: crs, within: region, to: path("comparison"))
      try write(existing, missing: result, in: crs, within: region, to: path("missing"))
      let cells = try cells(outlines, mapped, result, crs)
      try write(cells, in: crs, to: path("cells"))
      try LayeredGeoPackage.append([path("missing"), path("cells")], to: path("comparison"))

      let files = ["comparison.gpkg", "comparison.md", "comparison.json"]
      var comparison = Comparison(
        matchedFrom: request.matched, changedFrom: request.changed, cellMeters: request.cell,
        crs: "\(crs)", region: request.region, outlinesFile: foundTally,
        existingFile: existingTally, cells: cells.sorted, files: [])
      comparison.count()
      comparison.files = files.map { "\(request.folder)/\($0)" }
      try Data(comparison.markdown.utf8).write(toFile: results.staged(files[1]))
      try RunRecord.encoder.encode(comparison).write(toFile: results.staged(files[2]))
      return (files, comparison)
    }
  }

  /// The attributes by which people know an existing outline; the first that has a value counts.
  ///
  /// OpenStreetMap's areas have `osm_id` where they are relations, else `osm_way_id`.
  private static func identities(among fields: [VectorField]) -> [Int] {
    ["id", "osm_id", "osm_way_id"].compactMap { name in
      fields.firstIndex { $0.name.lowercased() == name }
    }
  }

  private func cells(
    _ outlines: [Polygon], _ mapped: [Polygon], _ result: FootprintComparison,
    _ crs: CoordinateReference
  ) throws -> ComparisonCells {
    let ground = try GroundGeometry(crs: crs)
    var cells = ComparisonCells(meters: request.cell, in: crs)
    for (outline, finding) in zip(outlines, result.findings) {
      let area = finding.status == .new ? try ground.area(of: outline) : 0
      cells.update(at: outline) {
        $0.count(finding.status)
        $0.newSquareMeters += area
      }
    }
    for (outline, isMissing) in zip(mapped, result.isMissing) where isMissing {
      cells.update(at: outline) { $0.missing += 1 }
    }
    return cells
  }
}

extension ComparisonRun {
  /// The outlines with all their attributes, and what they are beside the existing ones.
  private func write(
    _ file: borrowing OutlineFile, as result: FootprintComparison, _ names: [String],
    in crs: CoordinateReference, within region: GroundSelection?, to path: String
  ) throws {
    let own = [
      VectorField(name: "status", kind: .text), VectorField(name: "iou", kind: .real),
      VectorField(name: "existing", kind: .text),
    ]
    let kept = Self.kept(file.reader.fields, beside: own)
    let writer = try VectorWriter(
      creating: path, format: .geoPackage, layer: "footprints", crs: crs,
      fields: own + kept.map { file.reader.fields[$0] })
    var index = 0
    try file.visit(in: crs, within: region, values: kept) { outline throws(GeoFileError) in
      let finding = result.findings[index]
      index += 1
      let values: [VectorValue] = [
        .text(finding.status.rawValue), .real((finding.overlap * 1_000).rounded() / 1_000),
        finding.existing.map { .text(names[$0]) } ?? .null,
      ]
      try writer.write(.polygon(outline.polygon), values: values + outline.values)
    }
    try writer.close()
  }

  /// The existing outlines that were not found, with all their attributes.
  private func write(
    _ file: borrowing OutlineFile, missing result: FootprintComparison,
    in crs: CoordinateReference, within region: GroundSelection?, to path: String
  ) throws {
    let kept = Self.kept(file.reader.fields, beside: [])
    let writer = try VectorWriter(
      creating: path, format: .geoPackage, layer: "missing", crs: crs,
      fields: kept.map { file.reader.fields[$0] })
    var index = 0
    try file.visit(in: crs, within: region, values: kept) { outline throws(GeoFileError) in
      defer { index += 1 }
      if result.isMissing[index] {
        try writer.write(.polygon(outline.polygon), values: outline.values)
      }
    }
    try writer.close()
  }

  private func write(
    _ cells: ComparisonCells, in crs: CoordinateReference, to path: String
  ) throws {
    let names = ["column", "row", "new", "changed", "matched", "missing"]
    let writer = try VectorWriter(
      creating: path, format: .geoPackage, layer: "cells", crs: crs,
      fields: names.map { VectorField(name: $0, kind: .integer) }
        + [VectorField(name: "new_m2", kind: .real)])
    for cell in cells.sorted {
      let counts = [cell.column, cell.row, cell.new, cell.changed, cell.matched, cell.missing]
      try writer.write(
        .polygon(cells.square(of: cell)),
        values: counts.map { .integer(Int64($0)) }
          + [.real((cell.newSquareMeters * 100).rounded() / 100)])
    }
    try writer.close()
  }

  /// Attributes that can stand beside others: names are told apart by more than capitals, and none is
  /// one that a GeoPackage gives itself.
  private static func kept(_ fields: [VectorField], beside own: [VectorField]) -> [Int] {
    var taken = Set(own.map(\.name) + ["fid", "geom"])
    return fields.indices.filter { taken.insert(fields[$0].name.lowercased()).inserted }
  }
}

extension Comparison {
  /// Sums up the cells.
  fileprivate mutating func count() {
    for cell in cells {
      new += cell.new
      changed += cell.changed
      matched += cell.matched
      missing += cell.missing
      newSquareMeters += cell.newSquareMeters
    }
  }
}

extension VectorValue {
  /// The value as a text; nil for nothing, and for records.
  fileprivate var text: String? {
    switch self {
    case .text(let text): text
    case .integer(let number): String(number)
    case .real(let number): String(number)
    case .records, .null: nil
    }
  }
}
