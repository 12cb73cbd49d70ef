import Grids
import Imagery
import Inference
import Tiling

/// Classifies the chips of a shard, and makes one map of each core of what is said about it.
///
/// As a rule that is what the network says of the core's chip. Where scenes are averaged, it is asked
/// about each scene by itself; where chips are blended, about the chips around the shard too.
///
/// Chips are shown to a segmenter that may still owe maps of another shard's: all maps come in the order
/// in which their chips were shown, and who has begun the shards hands them on.
final class ShardClassifier {
  private let plan: RunPlan
  private let number: Int
  private let reader: ShardReader
  private let segmenter: Segmenter
  private let deliver: Delivery
  private var blend: ChipBlend?
  /// Chips that the network was asked about, in order.
  private var asked: [AskedChip] = []

  typealias Delivery = (ChipIndex, ClassMap?) throws -> Void

  /// A chip whose map was not made yet.
  private struct AskedChip {
    let chip: ChipIndex
    /// How many maps are still to come.
    var missing: Int
    var average: SceneAverage?
    let provenance: [UInt16]
  }

  /// Prepares to classify a shard.
  ///
  /// - Parameter deliver: Called with each core's map; nil stands for a core beyond region and scenes.
  init(
    _ number: Int, of plan: RunPlan, _ reader: ShardReader, _ segmenter: Segmenter,
    deliver: @escaping Delivery
  ) {
    (self.number, self.deliver) = (number, deliver)
    (self.plan, self.reader, self.segmenter) = (plan, reader, segmenter)
    if let margin = plan.blend {
      blend = ChipBlend(
        layout: plan.shards.chips, margin: margin,
        publishedCount: plan.model.scheme.published.count)
    }
  }

  /// Whether maps of chips that were shown are still to come.
  var awaitsMaps: Bool { !asked.isEmpty }

  /// Whether the map of a window is one of those.
  func awaits(_ window: PixelWindow) -> Bool {
    asked.contains { plan.shards.chips.window(of: $0.chip) == window }
  }

  /// Shows all chips of the shard to the segmenter.
  ///
  /// - Parameters:
  ///   - isNext: Called before each chip, with how many are done of how many.
  ///   - isDone: Called after each, with whether any of it is mapped; nil where there was nothing to look
  ///     at, beyond region and scenes.
  ///   - hand: Called with the maps that have come, which it hands on.
  func show(
    isNext: (Int, Int) throws -> Void, isDone: (ChipIndex, Bool?) -> Void,
    hand: ([ClassMap]) throws -> Void
  ) throws {
    let chips = reader.chips(of: number)
    for (index, chip) in chips.enumerated() {
      try isNext(index, chips.count)
      isDone(chip, try ask(chip, hand))
      let endsRow = index + 1 == chips.count || chips[index + 1].row != chip.row
      if blend != nil, endsRow {
        try hand(segmenter.finish())
        try deliverCores(above: chip.row, isLast: index + 1 == chips.count)
      }
    }
  }

  /// Asks about a chip, and tells whether any of it is mapped; nil where neither region nor scenes are.
  private func ask(_ chip: ChipIndex, _ hand: ([ClassMap]) throws -> Void) throws -> Bool? {
    guard let pictures = try reader.read(chip), !pictures.isEmpty else {
      if blend == nil { try deliver(chip, nil) }
      return nil
    }
    let window = plan.answerWindow(of: chip)
    asked.append(
      AskedChip(
        chip: chip, missing: pictures.count,
        average: plan.averages == true
          ? SceneAverage(
            window: window, publishedCount: plan.model.scheme.published.count,
            layerCount: segmenter.layers.count) : nil,
        provenance: plan.tellsProvenance ? Self.provenance(of: pictures, in: window) : []))
    var isMapped = false
    for picture in pictures {
      let coverage = picture.coverage(of: window)
      isMapped = isMapped || coverage.contains(Coverage.mapped.rawValue)
      try hand(segmenter.take(.init(chip: picture.chip, coverage: coverage)))
    }
    let core = plan.shards.chips.core(of: chip).intersection(plan.span.window(of: number))
    return isMapped || !plan.scenes.scenes(meeting: core).isEmpty ? isMapped : nil
  }

  /// The first scene that shows each pixel.
  private static func provenance(of pictures: [TiledChip], in window: PixelWindow) -> [UInt16] {
    pictures.dropFirst().reduce(into: pictures[0].provenance(of: window)) { known, picture in
      for (place, scene) in picture.provenance(of: window).enumerated() where known[place] == 0 {
        known[place] = scene
      }
    }
  }

  /// Takes in the next map of those that are to come.
  ///
  /// - Precondition: ``awaitsMaps``.
  func take(_ map: ClassMap) throws {
    asked[0].missing -= 1
    asked[0].average?.add(map)
    guard asked[0].missing == 0 else { return }
    let chip = asked.removeFirst()
    var answer = chip.average?.finish() ?? map
    answer.provenance = chip.provenance
    if blend != nil {
      blend?.add(answer, of: chip.chip)
    } else {
      try deliver(chip.chip, selected(answer))
    }
  }

  /// Blends the row of cores above one whose chips have all been asked about.
  ///
  /// - Parameter isLast: Whether no row comes after that, so that it is complete itself.
  private func deliverCores(above row: Int, isLast: Bool) throws {
    let rows = isLast ? row - 1...row : row - 1...row - 1
    for chip in plan.cores(ofShard: number) where rows.contains(chip.row) {
      try deliver(chip, blend?.core(of: chip).map(selected))
    }
    blend?.forget(throughRow: row - 2)
  }

  /// The map with the layers that are written.
  private func selected(_ map: ClassMap) -> ClassMap {
    guard segmenter.layers != plan.model.layers else { return map }
    return map.selecting(
      plan.model.layers.compactMap { segmenter.layers.firstIndex(of: $0) })
  }
}
