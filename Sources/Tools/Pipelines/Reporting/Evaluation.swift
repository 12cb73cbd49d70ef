import Footprints
import Foundation
import GeoFiles
import Grids
import Polygons

/// How well outlines match the truth: what `mapwright evaluate` prints.
///
/// An outline is right when it and a true one share at least half of what they cover together
/// (IoU 0.5); each true outline is matched once, the best pairs first (SpaceNet's rule).
public struct Evaluation: Sendable, Codable {
  /// The share of outlines that are right.
  public var precision: Double
  /// The share of true outlines that were found.
  public var recall: Double
  /// The harmonic mean of both.
  public var f1: Double
  /// The number of outlines.
  public var outlines: Int
  /// The number of true outlines.
  public var truth: Int

  /// Compares outlines with the truth, which is carried to their reference system.
  ///
  /// - Parameters:
  ///   - prediction: A file of polygons, or the folder of a run.
  ///   - truth: A file of polygons.
  /// - Throws: ``InputError`` or the words of GDAL when either cannot be read.
  public init(of prediction: String, against truth: String) throws {
    try OutsideLibraries.start()
    let outlines = try Self.outlines(of: prediction)
    for path in [outlines, truth] where !FileManager.default.fileExists(atPath: path) {
      throw InputError.cannotRead(path: path, reason: "no such file")
    }
    let reader = try VectorReader(opening: outlines)
    let crs = try reader.crs ?? .wgs84
    let predicted = try reader.features(in: crs).flatMap(\.polygons)
    let wanted = try VectorReader(opening: truth).features(in: crs).flatMap(\.polygons)
    let score = FootprintScore(of: predicted, against: wanted)
    precision = score.precision
    recall = score.recall
    f1 = score.f1
    self.outlines = score.predictionCount
    self.truth = score.truthCount
  }

  /// The file of outlines that is meant: a file itself, or the first that a run published.
  private static func outlines(of prediction: String) throws -> String {
    let folder = RunFolder(URL(fileURLWithPath: prediction))
    guard try RunRecord.read(in: folder) != nil else { return prediction }
    let plan = try RunPlan.read(in: folder)
    guard let formats = plan.footprints?.formats else {
      throw InputError.cannotRead(path: prediction, reason: "the run traces no footprints")
    }
    guard
      let format = formats.first(where: { FootprintFormat(rawValue: $0)?.isReadable ?? false })
    else {
      throw InputError.cannotRead(
        path: prediction,
        reason: "its footprints are in \(formats.joined(separator: ", ")), which GDAL does not read"
      )
    }
    return folder.file(plan.footprintsPath(fileExtension: format)).path
  }

  /// The comparison for people.
  public var words: String {
    String(
      format: "F1@0.5 %.3f: precision %.3f, recall %.3f (%d outlines, %d in truth)", f1, precision,
      recall, outlines, truth)
  }
}
