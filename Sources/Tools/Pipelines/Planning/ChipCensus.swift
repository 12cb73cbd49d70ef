import Grids
import Tiling

/// How many chips a run looks at, and why it passes over the others.
///
/// Chips are counted square by square: where one scene covers a whole square of them inside the region, or
/// none meets it, they are counted at once, else the square is quartered. So the count takes as long as
/// the edges of scenes and region are, and nothing is kept of a chip.
struct ChipCensus: Hashable, Sendable, Codable {
  /// Chips that meet scenes and region: what is looked at.
  var chips = 0
  /// Pixels that the network is shown of these, halos included; where chips are blended, those around a shard
  /// are shown again with it.
  var shownPixels = 0
  /// Pixels of the map in these chips' cores where there is a scene.
  var picturePixels = 0
  /// Chips of the map's rectangle that meet no scene.
  var withoutScene = 0
  /// Chips that meet a scene and lie outside the region.
  var outsideRegion = 0

  init() {}

  /// Counts the chips of shards.
  ///
  /// - Parameters:
  ///   - span: The shards with something in them.
  ///   - window: The pixels of the map.
  ///   - isTrimmed: Whether the network takes chips that are trimmed to what scenes hold.
  ///   - isBlended: Whether a shard asks about the chips around it, too.
  init(
    of span: ShardSpan, _ layout: ShardLayout, in window: PixelWindow, _ pictures: PictureIndex,
    isTrimmed: Bool, isBlended: Bool = false
  ) {
    self = Self.counted(span, layout, window, pictures, isTrimmed)
    if isBlended {
      shownPixels =
        Self.counted(span, layout, window, pictures, isTrimmed, around: 1).shownPixels
    }
    var withScene = chips
    if pictures.region != nil {
      let anywhere = PictureIndex(scenes: pictures.scenes, region: nil, margin: 0)
      let wide = anywhere.span(of: layout, in: window)
      withScene = Self.counted(wide, layout, window, anywhere, isTrimmed).chips
    }
    outsideRegion = withScene - chips
    withoutScene = Self.chips(of: layout.chips, meeting: window) - withScene
  }

  /// Counts the chips of each shard, and so many rows and columns of chips around it.
  private static func counted(
    _ span: ShardSpan, _ layout: ShardLayout, _ window: PixelWindow, _ pictures: PictureIndex,
    _ isTrimmed: Bool, around margin: Int = 0
  ) -> ChipCensus {
    var count = Count(
      chips: layout.chips, window: window, pictures: pictures, isTrimmed: isTrimmed)
    let across = layout.side / layout.chips.core
    for number in 0..<span.count {
      let shard = span[number]
      let square = ChipSquare(
        column: shard.column * across - margin, row: shard.row * across - margin,
        width: across + 2 * margin, height: across + 2 * margin)
      count.add(square, near: pictures.scenes.scenes(meeting: square.window(layout.chips)))
    }
    return count.census
  }

  /// How many cores meet a window.
  private static func chips(of layout: ChipLayout, meeting window: PixelWindow) -> Int {
    guard !window.isEmpty else { return 0 }
    func count(_ first: Int, _ last: Int) -> Int {
      floorDivide(last, layout.core) - floorDivide(first, layout.core) + 1
    }
    return count(window.x, window.maxX - 1) * count(window.y, window.maxY - 1)
  }

  /// A count while it goes on.
  private struct Count {
    let chips: ChipLayout
    let window: PixelWindow
    let pictures: PictureIndex
    let isTrimmed: Bool
    var census = ChipCensus()

    mutating func add(_ square: ChipSquare, near: [Int]) {
      let scenes = pictures.scenes.scenes
      let pixels = square.window(chips)
      let shared = pixels.intersection(window)
      if shared.isEmpty { return }
      let met = near.filter { scenes[$0].meets(shared) }
      if met.isEmpty { return }
      if square.count == 1 { return addChip(pixels, shared, met) }
      if met.contains(where: { scenes[$0].covers(pixels) }) {
        if pictures.isOutside(shared) { return }
        if pictures.isInside(shared) {
          let number = ChipCensus.chips(of: chips, meeting: shared)
          census.chips += number
          census.shownPixels += number * chips.chip * chips.chip
          census.picturePixels += shared.area
          return
        }
      }
      for quarter in square.quarters { add(quarter, near: met) }
    }

    private mutating func addChip(_ core: PixelWindow, _ shared: PixelWindow, _ met: [Int]) {
      if pictures.isOutside(shared) { return }
      let box = met.reduce(PixelWindow(x: 0, y: 0, width: 0, height: 0)) {
        $0.union(pictures.scenes.scenes[$1].window.intersection(core))
      }
      let part = isTrimmed ? ChipLayout.trimmed(core, to: box) : core
      census.chips += 1
      census.shownPixels += part.outset(by: chips.halo).area
      census.picturePixels += box.intersection(shared).area
    }
  }
}

/// Chips beside and below each other.
private struct ChipSquare {
  let column, row, width, height: Int

  var count: Int { width * height }

  func window(_ chips: ChipLayout) -> PixelWindow {
    PixelWindow(
      x: column * chips.core, y: row * chips.core, width: width * chips.core,
      height: height * chips.core)
  }

  var quarters: [ChipSquare] {
    let (left, top) = ((width + 1) / 2, (height + 1) / 2)
    return [
      ChipSquare(column: column, row: row, width: left, height: top),
      ChipSquare(column: column + left, row: row, width: width - left, height: top),
      ChipSquare(column: column, row: row + top, width: left, height: height - top),
      ChipSquare(column: column + left, row: row + top, width: width - left, height: height - top),
    ].filter { $0.count > 0 }
  }
}
