import Footprints
import Foundation
import GeoFiles
import Grids
import Polygons

/// What a comparison of roads with the truth found, as JSON has it.
public struct RoadEvaluation: Sendable, Codable {
  /// One side that was compared.
  struct Side: Sendable, Codable {
    /// The file, as it was named.
    var path: String
    /// The number of lines.
    var lines: Int
    /// Their length, in m.
    var meters: Double
  }

  /// Whether ways agree: the harmonic mean of both directions; nil when neither side has a road.
  let apls: Double?
  /// How it came about.
  let paths: PathSimilarity
  /// How nodes were chosen and found again.
  let settings: PathSimilarity.Settings
  /// How much of the roads' length lies near roads of the other side.
  let length: BoundaryScore
  let predictions: Side
  let truth: Side

  /// How far apart roads may lie to be near where nobody says otherwise, in m.
  static let usualTolerance = 3.0

  /// Whether a file holds lines, so that it is to be compared as roads.
  ///
  /// - Throws: The words of GDAL when the file cannot be read.
  public static func isMeant(by truth: String) throws -> Bool {
    try OutsideLibraries.start()
    return try OutlineFile(opening: truth).reader.holdsLines()
  }

  /// Compares lines with true ones, on a plane around the middle of the truth.
  ///
  /// - Throws: The words of GDAL when a file cannot be read; ``EvaluationError`` for a truth without
  ///   any line, or what a comparison of roads has no place for.
  public init(_ request: EvaluationRequest) throws {
    try OutsideLibraries.start()
    guard request.region == nil else { throw EvaluationError.regionOfRoads }
    let truthFile = try OutlineFile(opening: request.truth)
    let file = try OutlineFile(of: request.prediction) { $0.isRoads }
    let plane = try Self.plane(around: truthFile.reader, path: request.truth)
    let truth = try truthFile.reader.lines(in: plane)
    let lines = try file.reader.lines(in: plane)
    paths = PathSimilarity(of: lines, against: truth)
    settings = PathSimilarity.Settings()
    apls = paths.apls
    // A line there and back is a ring whose length within reach is twice the line's.
    let rings = [lines, truth].map { side in
      side.map { Polygon(outer: Ring($0 + $0.dropFirst().dropLast().reversed())) }
    }
    length = try BoundaryScore(
      of: rings[0], against: rings[1], tolerance: request.toleranceMeters ?? Self.usualTolerance,
      scale: GroundScale(PlaneMeters(), side: 1e6))
    func side(_ path: String, _ lines: [[Point]]) -> Side {
      Side(path: path, lines: lines.count, meters: lines.reduce(0) { $0 + Line($1).length })
    }
    predictions = side(file.path, lines)
    self.truth = side(request.truth, truth)
  }

  /// A plane that keeps distances from its middle.
  private static func plane(
    around reader: borrowing VectorReader, path: String
  ) throws -> CoordinateReference {
    let places = try reader.lines(in: try CoordinateReference.wgs84).flatMap { $0 }
    guard let first = places.first else { throw EvaluationError.noRoads(path: path) }
    let bounds = Ring(places).bounds
    let isAround = bounds.high.x - bounds.low.x > 180
    let middle =
      isAround
      ? first
      : Point(
        x: (bounds.low.x + bounds.high.x) / 2, y: (bounds.low.y + bounds.high.y) / 2)
    return try CoordinateReference(
      definition: "+proj=aeqd +lat_0=\(middle.y) +lon_0=\(middle.x) +datum=WGS84 +units=m +no_defs")
  }

  /// Coordinates that are metres already.
  private struct PlaneMeters: GroundMeasuring {
    func squareMeters(of polygon: Polygon) -> Double { polygon.area }
    func meters(along line: Line) -> Double { line.length }
    func geographic(_ place: Point) -> (longitude: Double, latitude: Double) { (place.x, place.y) }
    func metersPerUnit(at place: Point) -> (x: Double, y: Double) { (1, 1) }
  }
}

extension RoadEvaluation {
  private func number(_ value: Double?) -> String {
    value.map { String(format: "%.3f", $0) } ?? "none"
  }

  /// The result in a few lines.
  public var words: String {
    """
    APLS \(number(apls)): ways of the truth \(number(paths.truthToPrediction)), of the predictions \
    \(number(paths.predictionToTruth))
    length within \(String(format: "%g", length.toleranceMeters)) m: F1 \(number(length.f1)), \
    precision \(number(length.precision)), recall \(number(length.recall))
    \(predictions.lines) lines of \(kilometers(predictions)) km, \(truth.lines) of \
    \(kilometers(truth)) km in the truth
    """
  }

  private func kilometers(_ side: Side) -> String { String(format: "%.2f", side.meters / 1000) }

  /// Writes `evaluation.md` and `evaluation.json`.
  ///
  /// - Throws: ``RunError/cannotWrite(path:reason:)``, ``RunError/insideRun(folder:run:)``.
  public func write(to folder: String) throws {
    try ResultFolder(folder).fill(with: [
      ("evaluation.md", Data(markdown.utf8)),
      ("evaluation.json", try RunRecord.encoder.encode(self)),
    ])
  }

  /// The report in Markdown.
  var markdown: String {
    """
    # Roads against the truth

    | side | file | lines | km |
    |---|---|---|---|
    | predictions | `\(predictions.path)` | \(predictions.lines) | \(kilometers(predictions)) |
    | truth | `\(truth.path)` | \(truth.lines) | \(kilometers(truth)) |

    | measure | both | of the truth | of the predictions |
    |---|---|---|---|
    | APLS: ways that are found again, with their length | **\(number(apls))** \
    | \(number(paths.truthToPrediction)) | \(number(paths.predictionToTruth)) |
    | length within \(String(format: "%g", length.toleranceMeters)) m of the other side \
    | \(number(length.f1)) (F1) | \(number(length.recall)) (recall) \
    | \(number(length.precision)) (precision) |

    Control nodes at most \(String(format: "%g", settings.spacingMeters)) m apart, found again within \
    \(String(format: "%g", settings.snapMeters)) m; \(paths.ways) ways of the truth of at least \
    \(String(format: "%g", settings.shortestMeters)) m.

    """
  }
}
