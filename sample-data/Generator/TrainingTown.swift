import GeoFiles
import Grids

/// A picture of another town with labels, for a network to learn from.
struct TrainingTown {
  /// The side of its picture in pixels.
  static let side = 896

  let scene: Scene
  let town: Town

  /// Draws the chances of the town of a number; a seed and a number always give the same town.
  init(number: Int, seed: UInt64) {
    var dice = Dice(seed: mixed(seed) &+ UInt64(number))
    // The picture ends well inside the town, so that its edge cuts houses, streets and shades.
    let margin = 12.0
    let side = Double(Self.side) * Camera.pixel
    let plan = TownPlan.other(side: side + 2 * margin, &dice)
    town = Town.planned(plan) { _ in true }
    var scene = Scene(
      name: "town-\(number)", columns: Self.side, rows: Self.side,
      corner: Place(margin, margin + side), heading: Heading(turn: 0),
      camera: Camera(
        grain: Float(dice.between(0.5, 2.5)), gain: Self.gain(&dice), seed: dice.whole(100...9999)))
    if dice.happens(0.2) {
      let middle = Place(dice.between(0, plan.wide), dice.between(0, plan.tall))
      scene.cloud = Cloud(
        middle: middle, radius: dice.between(15, 40), fall: Sun.away * dice.between(40, 70),
        seed: dice.whole(0...99_999))
    }
    self.scene = scene
  }

  /// A gain for all bands that differs a little from band to band.
  private static func gain(_ dice: inout Dice) -> Color {
    let all = Float(dice.between(0.85, 1.1))
    return all
      * Color(
        Float(dice.between(0.95, 1.05)), Float(dice.between(0.95, 1.05)),
        Float(dice.between(0.95, 1.05)))
  }

  /// Writes the picture and its labels into a folder: `town-N.tif` and `town-N-labels.tif`.
  func write(into folder: String) throws {
    try SceneFile(scene, in: folder).write(scene.picture(of: town, in: scene.window))
    try SceneFile(scene, in: folder).writeLabels(LabelPainter(scene: scene, town: town).labels())
  }
}
