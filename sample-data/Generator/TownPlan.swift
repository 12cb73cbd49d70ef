/// What a town is like before anything of it is drawn.
struct TownPlan {
  /// The extent in metres.
  var wide: Double
  var tall: Double
  /// What the town's own chances begin from.
  var seed: UInt64
  /// Added to the seeds of what covers the whole ground, so that no two towns lie on the same.
  var groundSeed = 0
  /// The numbers of blocks.
  var columns: Int
  var rows: Int
  /// The streets that are tarred and cross the river by bridges.
  var mainColumns: [Int]
  var mainRows: [Int]
  /// The columns and rows of blocks that are not the edge of the town.
  var centreColumns: ClosedRange<Int>
  var centreRows: ClosedRange<Int>
  /// The breadth and the depth of blocks in metres.
  var blockBreadth = 58.0...92
  var blockDepth = 46.0...70
  /// The heading of the streets.
  var heading = Heading(turn: 0.075)
  var schools: [SIMD2<Int>]
  var sheds: [SIMD2<Int>]
  /// The gaps between the roofs of crowded blocks in metres.
  var crowdedGap = 1.6...3.0
  /// The probability that a shop does not touch the one before it.
  var alleys = 0.66
  var river = River()
  /// The probability that a lesser street crosses the river too, by a bridge of its own.
  var lesserBridges = 0.0

  /// The course of the river: a line north of the south-west corner that rises to the east.
  struct River {
    /// Where it enters in the west, as a share of the town's extent to the north.
    var entry = 0.71
    var rise = -0.42
    /// How far it strays to each side in metres.
    var sway = 26.0
    var breadth = 12.0
  }

  func isByMainColumn(_ block: Block) -> Bool {
    mainColumns.contains(block.column) || mainColumns.contains(block.column + 1)
  }

  func isByMainRow(_ block: Block) -> Bool {
    mainRows.contains(block.row) || mainRows.contains(block.row + 1)
  }
}

extension TownPlan {
  /// The town of the sample region.
  static let sample = TownPlan(
    wide: SampleRegion.wide, tall: SampleRegion.tall, seed: 2026, columns: 12, rows: 15,
    mainColumns: [6], mainRows: [7], centreColumns: 3...8, centreRows: 4...10,
    schools: [SIMD2(4, 5), SIMD2(8, 9), SIMD2(7, 4)], sheds: [SIMD2(3, 8), SIMD2(8, 5)])

  /// Another town, square, of `side` metres: its streets, river and density are left to chance.
  ///
  /// Most of its streets that meet the river cross it, so that bridges are not rare.
  static func other(side: Double, _ dice: inout Dice) -> TownPlan {
    // Streets run askew, so that blocks must reach beyond the town's corners.
    let breadth = dice.between(50, 74)
    let depth = dice.between(42, 60)
    let columns = Int(side * 1.5 / (breadth + 10)) + 1
    let rows = Int(side * 1.5 / (depth + 9)) + 1
    func block() -> SIMD2<Int> {
      SIMD2(dice.whole(columns / 4...columns * 3 / 4), dice.whole(rows / 4...rows * 3 / 4))
    }
    let isDense = dice.happens(0.5)
    var plan = TownPlan(
      wide: side, tall: side, seed: dice.next(), groundSeed: dice.whole(1000...9_999_999),
      columns: columns, rows: rows,
      mainColumns: [dice.whole(columns / 3...columns / 2)],
      mainRows: [dice.whole(rows / 3...rows / 2)],
      centreColumns: isDense ? 0...columns : columns / 3...columns * 2 / 3,
      centreRows: isDense ? 0...rows : rows / 3...rows * 2 / 3,
      schools: [block()], sheds: [block()])
    plan.blockBreadth = breadth...breadth + dice.between(8, 30)
    plan.blockDepth = depth...depth + dice.between(8, 22)
    plan.heading = Heading(turn: dice.between(-0.41, 0.41))
    plan.crowdedGap = dice.between(0.4, 1.6)...3
    plan.alleys = dice.between(0.2, 0.7)
    plan.river.rise = dice.between(-0.9, 0.9)
    plan.river.entry = 0.5 - plan.river.rise / 2 + dice.between(-0.22, 0.22)
    plan.river.sway = dice.between(6, 30)
    plan.river.breadth = dice.between(5, 22)
    plan.lesserBridges = dice.between(0.5, 1)
    return plan
  }
}
