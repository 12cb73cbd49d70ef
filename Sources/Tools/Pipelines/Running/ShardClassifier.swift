import Grids
import Imagery
import Inference
import Tiling

/// Classifies the chips of a shard, and makes one map of each core of what is said about it.
///
/// As a rule that is what the network says of the core's chip. Where scenes are averaged, it is asked
/// about each scene by itself; where chips are blended, about the chips around the shard too.
final class ShardClassifier {
  private let plan: RunPlan
  private let reader: ShardReader
  private let segmenter: Segmenter
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

  init(
    _ plan: RunPlan, _ reader: ShardReader, _ segmenter: Segmenter
  ) {
    (self.plan, self.reader, self.segmenter) = (plan, reader, segmenter)
    if let margin = plan.blend {
      blend = ChipBlend(
        layout: plan.shards.chips, margin: margin,
        publishedCount: plan.model.scheme.published.count)
    }
  }

  /// Classifies a shard.
  ///
  /// - Parameters:
  ///   - isNext: Called before each chip, with how many are done of how many.
  ///   - isDone: Called after each, with whether any of it is mapped.
  ///   - deliver: Called with each core's map; nil stands for a core beyond region and scenes.
  func classify(
    _ number: Int, isNext: (Int, Int) throws -> Void, isDone: (ChipIndex, Bool) -> Void,
    deliver: Delivery
  ) throws {
    let chips = reader.chips(of: number)
    for (index, chip) in chips.enumerated() {
      try isNext(index, chips.count)
      isDone(chip, try ask(chip, deliver))
      let endsRow = index + 1 == chips.count || chips[index + 1].row != chip.row
      if blend != nil, endsRow {
        try take(segmenter.finish(), deliver)
        try deliverCores(
          above: chip.row, of: number, isLast: index + 1 == chips.count, deliver)
      }
    }
    try take(segmenter.finish(), deliver)
  }

  /// Asks about a chip; false where nothing of it is mapped.
  private func ask(_ chip: ChipIndex, _ deliver: Delivery) throws -> Bool {
    guard let pictures = try reader.read(chip), !pictures.isEmpty else {
      if blend == nil { try deliver(chip, nil) }
      return false
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
      try take(segmenter.take(.init(chip: picture.chip, coverage: coverage)), deliver)
    }
    return isMapped
  }

  /// The first scene that shows each pixel.
  private static func provenance(of pictures: [TiledChip], in window: PixelWindow) -> [UInt16] {
    pictures.dropFirst().reduce(into: pictures[0].provenance(of: window)) { known, picture in
      for (place, scene) in picture.provenance(of: window).enumerated() where known[place] == 0 {
        known[place] = scene
      }
    }
  }

  /// Takes in maps in the order in which they were asked for.
  private func take(_ maps: [ClassMap], _ deliver: Delivery) throws {
    for map in maps {
      asked[0].missing -= 1
      asked[0].average?.add(map)
      guard asked[0].missing == 0 else { continue }
      let chip = asked.removeFirst()
      var answer = chip.average?.finish() ?? map
      answer.provenance = chip.provenance
      if blend != nil {
        blend?.add(answer, of: chip.chip)
      } else {
        try deliver(chip.chip, selected(answer))
      }
    }
  }

  /// Blends the row of cores above one whose chips have all been asked about.
  ///
  /// - Parameter isLast: Whether no row comes after that, so that it is complete itself.
  private func deliverCores(
    above row: Int, of number: Int, isLast: Bool, _ deliver: Delivery
  ) throws {
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
