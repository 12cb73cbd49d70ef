import BuiltinNetworks
import Foundation
import GeoFiles
import Grids
import Imagery
import Tensors
import Tiling

/// Quantises a model with a user's own scenes and judges the result: the verb `quantize`.
public struct ModelQuantization {
  private let request: QuantizationRequest
  private let calibration: CalibrationChips
  private let quantizer: ModelQuantizer
  private let learned: [TiledChip]
  private let judged: [TiledChip]
  /// What the float model was given and gave, of the chips learned from.
  private let recording: RecordingNetwork
  /// The float model's maps of the judged chips, and their truth.
  private let maps: [ClassMap]
  private let truths: [[UInt8]]?

  /// Quantises a model.
  ///
  /// - Throws: ``QuantizationError``, and what reading scenes and models throws.
  public static func perform(_ request: QuantizationRequest) throws -> QuantizationResult {
    try OutsideLibraries.start()
    return try ModelQuantization(request).search()
  }

  private init(_ request: QuantizationRequest) throws {
    self.request = request
    calibration = try CalibrationChips(request)
    quantizer = try ModelQuantizer(reading: calibration.plan.model.path)
    let chips = calibration.chips
    learned = chips.indices.filter { $0 % 2 == 0 }.map { chips[$0] }
    judged = chips.count == 1 ? chips : chips.indices.filter { $0 % 2 == 1 }.map { chips[$0] }
    let network = try BuiltinNetwork(
      ModelFile.read(calibration.plan.model.path), outputNamed: calibration.plan.model.output)
    recording = RecordingNetwork(network)
    _ = try calibration.classify(learned, with: recording)
    let maps = try calibration.classify(judged, with: network)
    let grid = calibration.plan.grid
    let region = try request.truth.map { try Region(reading: $0, in: grid) }
    truths = region.map { region in maps.map { region.mask(of: $0.window) } }
    self.maps = maps
    try quantizer.observe(recording.pictures, shape: recording.shape)
  }

  /// Finds the ranges with the least error, and how many layers must stay floats.
  private func search() throws -> QuantizationResult {
    let candidates = try Clipping.allCases.map { clipping in
      (clipping: clipping, error: try error(of: quantizer.quantized(clipping)))
    }
    let clipping = candidates.min { $0.error < $1.error }?.clipping ?? .everything
    let limit = request.largestLoss
    var (best, data) = try judge(clipping, keeping: [])
    if best.lossPoints > limit / 2 {
      // Half of what may be lost is kept for scenes that were not looked at.
      let order = try sensitivities(clipping)
      var kept: Set<Int> = []
      for layer in order.prefix(max(quantizer.layers.count / 4, 1)) {
        kept.insert(layer)
        let (result, file) = try judge(clipping, keeping: kept)
        if result.lossPoints < best.lossPoints { (best, data) = (result, file) }
        if best.lossPoints <= limit / 2 { break }
      }
    }
    guard best.lossPoints <= limit else {
      throw QuantizationError.losesTooMuch(
        model: request.model, lost: String(format: "%.2f", best.lossPoints),
        of: truths == nil ? .pixels : .score, limit: "\(limit)", kept: best.kept.count,
        layers: best.layers)
    }
    do {
      try data.write(to: URL(fileURLWithPath: request.out), options: .atomic)
    } catch {
      throw QuantizationError.cannotWrite(
        path: request.out, reason: RunError.words(of: error))
    }
    return best
  }

  /// The layers, the one that loses most when it alone runs in bytes first.
  private func sensitivities(_ clipping: Clipping) throws -> [Int] {
    let all = Set(quantizer.layers.indices)
    let errors = try quantizer.layers.indices.map { layer in
      try error(of: quantizer.quantized(clipping, keeping: all.subtracting([layer])))
    }
    return errors.indices.sorted { (errors[$1], $0) < (errors[$0], $1) }
  }

  private func network(_ data: Data) throws -> BuiltinNetwork {
    try BuiltinNetwork(
      ModelFile(bytes: data, path: request.out), outputNamed: calibration.plan.model.output)
  }

  /// The mean squared difference from the float model's results.
  private func error(of data: Data) throws -> Double {
    let network = try network(data)
    var (sum, count) = (0.0, 0)
    for (picture, wanted) in zip(recording.pictures, recording.results).prefix(4) {
      var result = [Float](repeating: 0, count: wanted.count)
      var span = result.mutableSpan
      try network.run(picture.span, shape: recording.shape, into: &span)
      for place in wanted.indices {
        let difference = Double(result[place] - wanted[place])
        sum += difference * difference
      }
      count += wanted.count
    }
    return sum / Double(max(count, 1))
  }

  private func judge(
    _ clipping: Clipping, keeping kept: Set<Int>
  ) throws -> (QuantizationResult, Data) {
    let data = try quantizer.quantized(clipping, keeping: kept)
    let found = try calibration.classify(judged, with: network(data))
    let agreement = PixelScore.agreement(maps, found)
    let (before, after) = (score(maps), score(found))
    var loss = 100 * (1 - agreement)
    if let before, let after { loss = 100 * max(before.iou - after.iou, before.f1 - after.f1) }
    let result = QuantizationResult(
      model: request.out, clipping: clipping.rawValue, layers: quantizer.layers.count,
      kept: kept.sorted().map { quantizer.layers[$0] }, chipsLearned: learned.count,
      chipsJudged: judged.count, agreement: agreement, before: before, after: after,
      lossPoints: loss, bytes: data.count)
    return (result, data)
  }

  private func score(_ maps: [ClassMap]) -> QuantizationResult.Score? {
    guard let truths else { return nil }
    let published = calibration.plan.model.scheme.published.count
    let sought = calibration.plan.footprints.first?.classes.first ?? min(1, published - 1)
    var score = PixelScore()
    for (map, truth) in zip(maps, truths) { score.add(map, of: sought, truth: truth) }
    return QuantizationResult.Score(iou: score.iou, f1: score.f1)
  }
}
