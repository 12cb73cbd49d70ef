import Footprints
import Foundation
import GeoFiles
import Grids
import Mosaicking
import Polygons

/// A file of outlines, read as every comparison reads it.
///
/// Each part of a multi-polygon is an outline of its own. Outlines that break the rules of Simple
/// Features are counted, named and repaired; what then has no area is left out.
struct OutlineFile: ~Copyable {
  /// What was met while a file was read.
  struct Tally: Sendable, Codable {
    /// The file, as it was named.
    var path: String
    /// The number of features.
    var features = 0
    /// The number of features without any area: points, lines, nothing.
    var withoutArea = 0
    /// The number of polygons in the features.
    var polygons = 0
    /// The number of polygons that are not valid.
    var invalid = 0
    /// The number of these of which nothing was left once they were repaired.
    var leftOut = 0
    /// The number of outlines outside the region.
    var outside = 0
    /// The number of outlines that take part.
    var outlines = 0
    /// The first invalid polygons, by the number of their feature from 1, and what is wrong with them.
    var examples: [String] = []

    static let mostExamples = 20

    /// The share of polygons that are valid; 1 when there are none.
    var validShare: Double { polygons == 0 ? 1 : 1 - Double(invalid) / Double(polygons) }
  }

  /// One outline that takes part.
  struct Outline {
    var polygon: Polygon
    /// The number of its feature in the file, from 1.
    var feature: Int
    /// The values that were asked for.
    var values: [VectorValue]
  }

  let path: String
  let reader: VectorReader

  /// Opens a file of any format that GDAL reads.
  ///
  /// - Throws: ``InputError/cannotRead(path:reason:)``, or the words of GDAL.
  init(opening path: String) throws {
    guard FileManager.default.fileExists(atPath: path) || path.hasPrefix("/vsi") else {
      throw InputError.cannotRead(path: path, reason: "no such file")
    }
    self.init(path: path, reader: try VectorReader(openingBuildings: path))
  }

  private init(path: String, reader: consuming VectorReader) {
    self.path = path
    self.reader = reader
  }

  /// Opens the outlines, or roads, that are meant: a file, or those that a run published.
  ///
  /// A run's may be in one piece or in parts. Of several layers the first of the kind is meant.
  ///
  /// - Throws: As ``init(opening:)``.
  init(of prediction: String, isMeant: (PlannedLayer) -> Bool = \.isOutline) throws {
    let folder = RunFolder(URL(fileURLWithPath: prediction))
    guard try RunRecord.read(in: folder) != nil else {
      try self.init(opening: prediction)
      return
    }
    let plan = try RunPlan.read(in: folder)
    let layer = plan.footprints.first(where: isMeant)
    guard let layer else {
      throw InputError.cannotRead(path: prediction, reason: "the run traces no such layer")
    }
    let parts = plan.readableFiles(of: layer, in: folder)
    guard parts.count > 1 else {
      let missing = plan.path(ofLayer: layer.name, ending: ".\(layer.formats.first ?? "")")
      try self.init(opening: parts.first ?? folder.file(missing).path)
      return
    }
    self.init(path: prediction, reader: try VectorReader(joining: parts))
  }

  /// Reads outline after outline, in the order of the file.
  ///
  /// Read again, the same file gives the same outlines.
  ///
  /// - Parameters:
  ///   - crs: The system that they are carried to.
  ///   - region: Where they must lie to take part; everywhere when nil.
  ///   - wanted: The fields that are read, by index.
  /// - Returns: What was met.
  @discardableResult
  borrowing func visit(
    in crs: CoordinateReference, within region: GroundSelection?, values wanted: [Int] = [],
    _ body: (Outline) throws(GeoFileError) -> Void
  ) throws -> Tally {
    var tally = Tally(path: path)
    try reader.visit(in: crs, values: wanted) { feature throws(GeoFileError) in
      tally.features += 1
      if feature.polygons.isEmpty { tally.withoutArea += 1 }
      for polygon in feature.polygons {
        for sound in Self.sound(polygon, &tally) {
          guard region?.contains(sound) ?? true else {
            tally.outside += 1
            continue
          }
          tally.outlines += 1
          try body(Outline(polygon: sound, feature: tally.features, values: feature.values))
        }
      }
    }
    return tally
  }

  private static func sound(_ polygon: Polygon, _ tally: inout Tally) -> [Polygon] {
    tally.polygons += 1
    switch polygon.validity {
    case .valid: return [polygon]
    case .invalid(let reason, let repaired):
      tally.invalid += 1
      tally.leftOut += repaired.isEmpty ? 1 : 0
      if tally.examples.count < Tally.mostExamples {
        let fate = repaired.isEmpty ? "left out" : "repaired"
        tally.examples.append("feature \(tally.features): \(reason) (\(fate))")
      }
      return repaired
    }
  }
}

extension OutlineFile {
  /// The polygons of a file, to select ground with.
  static func selection(_ path: String, in crs: CoordinateReference) throws -> GroundSelection {
    guard FileManager.default.fileExists(atPath: path) else {
      throw InputError.cannotRead(path: path, reason: "no such file")
    }
    let reader = try VectorReader(opening: path)
    let polygons = try reader.features(in: crs, tolerance: crs.isGeographic ? 1e-6 : 0.1)
      .flatMap(\.polygons)
    guard !polygons.isEmpty else { throw GeoFileError.noPolygons(path: path) }
    return GroundSelection(polygons)
  }
}
