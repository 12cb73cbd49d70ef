import Grids
import Imagery
import Inference
import Mosaicking
import Tiling

// What becomes of ground that several scenes or several chips show.

extension RunPlan {
  /// How chips are cut for the network: where answers are blended, they reach beyond the cores.
  func answerLayout() throws(GridError) -> ChipLayout {
    try ChipLayout(chip: shards.chips.chip, halo: shards.chips.halo - (blend ?? 0))
  }

  /// What the network is asked for: where answers are joined, the probabilities of all classes, since
  /// the class follows from their sums.
  var answerLayers: [ProbabilityLayer] {
    guard averages == true || blend != nil else { return model.layers }
    return model.scheme.published.indices.map { .published($0) }
      + (model.layers.contains(.contact) ? [.contact] : [])
  }

  /// What the user should know of the price of blending.
  ///
  /// - Throws: ``InputError/tooManyScenes(count:)`` where scenes are told and not all have a number.
  func wordsOnOverlaps() throws(InputError) -> [String] {
    let count = scenes.scenes.count
    if tellsProvenance, count > Int(UInt16.max) { throw .tooManyScenes(count: count) }
    guard let blend else { return [] }
    let chips = Double(shards.side / shards.chips.core)
    let more = ((chips + 2) * (chips + 2) / (chips * chips) - 1) * 100
    return [
      "blending takes \(blend) px of the halo of \(shards.chips.halo) px; chips around a shard are computed "
        + "for both sides, up to \(Int(more.rounded())) % more than is counted here: a larger shard_px needs fewer"
    ]
  }
}
