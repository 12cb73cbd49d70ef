import Footprints
import Foundation
import GeoFiles
import Grids
import Polygons

extension Evaluation {
  /// Compares outlines with the truth, which is carried to their reference system.
  ///
  /// - Throws: ``InputError``, ``EvaluationError``, or the words of GDAL when a file cannot be read.
  /// - Complexity: O(n log n) for n outlines with few neighbours each. Memory: about 300 bytes an
  ///   outline of five corners, both sides together.
  public init(_ request: EvaluationRequest) throws {
    try OutsideLibraries.start()
    let file = try OutlineFile(of: request.prediction)
    guard let crs = file.reader.crs else { throw GeoFileError.missingCRS(path: file.path) }
    let region = try request.region.map { try OutlineFile.selection($0, in: crs) }

    let field = file.reader.fields.firstIndex { $0.name == request.confidenceField }
    var (predictions, confidences) = ([Polygon](), [Double]())
    let predictionFile = try file.visit(in: crs, within: region, values: field.map { [$0] } ?? []) {
      predictions.append($0.polygon)
      confidences.append($0.values.first?.number ?? -.infinity)
    }
    var truth: [Polygon] = []
    let truthFile = try OutlineFile(opening: request.truth)
      .visit(in: crs, within: region) { truth.append($0.polygon) }

    let pairs = OverlapPairs(of: predictions, and: truth, least: Self.thresholds[0])
    let scores = Self.thresholds.map { FootprintScore(pairs, threshold: $0) }
    let scale = GroundScale(
      try GroundGeometry(crs: crs), side: crs.isGeographic ? 0.01 : 1_000)
    let lattice = try Lattice(request, crs: crs, sides: [predictions, truth], scale: scale)
    guard
      let agreement = PixelAgreement(of: predictions, against: truth, on: lattice.transform)
    else { throw EvaluationError.tooManyPixels(meters: lattice.meters) }
    let boundary = try BoundaryScore(
      of: predictions, against: truth,
      tolerance: request.toleranceMeters ?? 2 * lattice.meters, scale: scale)

    (precision, recall, f1) = (scores[0].precision, scores[0].recall, scores[0].f1)
    (outlines, self.truth) = (predictions.count, truth.count)
    self.scores = scores.map(Score.init)
    pixels = Pixels(lattice, agreement)
    self.boundary = boundary
    shape = try Self.shape(of: scores[0].matches, predictions, truth, scale)
    validShare = predictionFile.validShare
    self.crs = "\(crs)"
    self.region = request.region
    self.predictionFile = predictionFile
    self.truthFile = truthFile
    notes = Self.notes(predictionFile, truthFile)
    guard field != nil, confidences.contains(where: \.isFinite) else {
      notes.append(
        "no average precision: predictions have no attribute '\(request.confidenceField)'")
      return
    }
    let all = Self.precisionThresholds.map {
      ConfidenceCurve(pairs, confidences: confidences, threshold: $0)
    }
    curves = all.filter { Self.thresholds.contains($0.threshold) }
    confidence = Confidence(field: request.confidenceField, all)
  }

  private static func shape(
    of matches: [OverlapPair], _ predictions: [Polygon], _ truth: [Polygon], _ scale: GroundScale
  ) throws -> ShapeErrors? {
    var tally = ShapeTally()
    for match in matches {
      let wanted = truth[match.truth]
      let pair = try scale.meters(
        [predictions[match.prediction], wanted], around: wanted.outer.bounds.low)
      tally.add(pair[0], pair[1])
    }
    return tally.errors
  }

  private static func notes(
    _ prediction: OutlineFile.Tally, _ truth: OutlineFile.Tally
  ) -> [String] {
    [("predictions", prediction), ("truth", truth)].flatMap { name, file -> [String] in
      var notes: [String] = []
      if file.withoutArea > 0 {
        notes.append("\(file.withoutArea) features of the \(name) have no area: passed over")
      }
      if file.invalid > 0 {
        notes.append(
          "\(file.invalid) polygons of the \(name) are not valid: \(file.invalid - file.leftOut) "
            + "repaired, \(file.leftOut) left out; the first is \(file.examples[0])")
      }
      if file.outlines == 0 { notes.append("there are no outlines among the \(name)") }
      return notes
    }
  }
}

/// The pixels on which areas are compared.
struct Lattice {
  let transform: GeoTransform
  let meters: Double
  let isRunGrid: Bool

  /// Takes the run's grid, or lays one of the size asked for at the origin of the coordinates.
  init(
    _ request: EvaluationRequest, crs: CoordinateReference, sides: [[Polygon]], scale: GroundScale
  ) throws {
    let folder = RunFolder(URL(fileURLWithPath: request.prediction))
    if request.pixelMeters == nil, try RunRecord.read(in: folder) != nil {
      let plan = try RunPlan.read(in: folder)
      if try plan.grid.crs.isSame(as: crs) {
        transform = plan.grid.transform
        meters = plan.pixelArea.squareRoot()
        isRunGrid = true
        return
      }
    }
    let bounds = Ring(
      sides.joined().flatMap { polygon -> [Point] in
        let bounds = polygon.outer.bounds
        return [bounds.low, bounds.high]
      }
    ).bounds
    let middle = Point(
      x: (bounds.low.x + bounds.high.x) / 2, y: (bounds.low.y + bounds.high.y) / 2)
    meters = request.pixelMeters ?? 0.5
    isRunGrid = false
    let unit = middle.x.isFinite ? try scale.metersPerUnit(at: middle) : (x: 1, y: 1)
    transform = GeoTransform(
      originX: 0, columnX: meters / unit.x, rowX: 0, originY: 0, columnY: 0,
      rowY: -meters / unit.y)
  }
}

extension Evaluation.Score {
  fileprivate init(_ score: FootprintScore) {
    self.init(
      iou: score.threshold, precision: score.precision, recall: score.recall, f1: score.f1,
      matches: score.matches.count, meanOverlap: score.meanOverlap)
  }
}

extension Evaluation.Pixels {
  fileprivate init(_ lattice: Lattice, _ agreement: PixelAgreement) {
    self.init(
      meters: lattice.meters, isRunGrid: lattice.isRunGrid, precision: agreement.precision,
      recall: agreement.recall, iou: agreement.iou)
  }
}

extension Evaluation.Confidence {
  fileprivate init(field: String, _ curves: [ConfidenceCurve]) {
    let precisions = curves.map(\.averagePrecision)
    let points = curves[0].points
    let step = max(1, Double(points.count - 1) / 199)
    let kept = (0..<min(200, points.count)).map { points[Int((Double($0) * step).rounded())] }
    self.init(
      field: field, averagePrecision: precisions.reduce(0, +) / Double(precisions.count),
      averagePrecisions: precisions, best: curves[0].best, bestF1: curves[0].best?.f1 ?? 0,
      curve: kept)
  }
}

extension VectorValue {
  /// The value as a number; nil for what is none.
  fileprivate var number: Double? {
    switch self {
    case .real(let number): number
    case .integer(let number): Double(number)
    case .text(let text): Double(text)
    case .records, .null: nil
    }
  }
}
