/// Paints shade: of buildings on the ground, of trees on everything, and crowns and cars.
struct ShadowPainter {
  let town: Town

  /// Darkens what buildings keep from the sun: ground, cars, lower roofs.
  func paintBuildingShade(on canvas: inout Canvas) {
    let heights = heights(on: canvas)
    var shade = [Bool](repeating: false, count: canvas.width * canvas.height)
    for building in town.buildings {
      let fall = Sun.away * (building.height * Sun.reach)
      let bounds = building.bounds
      let (columns, rows) = canvas.cells(
        of: Box(around: [bounds.low, bounds.high, bounds.low + fall, bounds.high + fall]))
      for row in rows {
        for column in columns where !shade[row * canvas.width + column] {
          let own = heights[row * canvas.width + column]
          shade[row * canvas.width + column] =
            building.height > own + 0.3
            && isShaded(canvas.place(column, row), at: own, heights: heights, canvas: canvas)
        }
      }
    }
    for index in shade.indices where shade[index] {
      canvas.pixels[index] = dimmed(canvas.pixels[index])
    }
  }

  /// The height of the eaves over every pixel, 0 where there is no roof.
  private func heights(on canvas: Canvas) -> [Double] {
    var heights = [Double](repeating: 0, count: canvas.width * canvas.height)
    for building in town.buildings {
      let (columns, rows) = canvas.cells(of: building.bounds)
      for row in rows {
        for column in columns where building.covers(canvas.place(column, row)) {
          heights[row * canvas.width + column] = building.height
        }
      }
    }
    return heights
  }

  /// Whether something towards the sun stands high enough over a place.
  private func isShaded(
    _ place: Place, at own: Double, heights: [Double], canvas: Canvas
  ) -> Bool {
    let farthest = 8 * Sun.reach
    var way = Canvas.pixel
    while way < farthest {
      let from = place - Sun.away * way
      let position = canvas.position(of: from)
      let column = Int(position.x.rounded(.down))
      let row = Int(position.y.rounded(.down))
      guard column >= 0, row >= 0, column < canvas.width, row < canvas.height else { return false }
      if heights[row * canvas.width + column] - own > max(way / Sun.reach, 0.3) { return true }
      way += Canvas.pixel
    }
    return false
  }

  /// Lays the shade of trees, then the crowns over it.
  func paintTrees(on canvas: inout Canvas) {
    for tree in town.trees {
      let fall = tree.middle + Sun.away * (tree.height * Sun.reach)
      canvas.paint(Box(low: fall, high: fall).grown(by: tree.radius + 1)) { place, under in
        let share = fill(of: tree, at: place - fall + tree.middle)
        return share > 0.05 ? blended(under, dimmed(under), share) : nil
      }
    }
    for tree in town.trees { paintCrown(tree, on: &canvas) }
  }

  /// Parks the cars and strews the litter, each with its own shade.
  func paintThings(on canvas: inout Canvas) {
    for thing in town.things {
      let half = thing.size / 2
      let middle = thing.frame.origin
      canvas.paint(Box(low: middle, high: middle).grown(by: half.x + 2)) { place, under in
        let local = thing.frame.local(place)
        let inset = min(half.x - abs(local.x), half.y - abs(local.y))
        if inset > 0 {
          let isGlass = (0.55...1.25).contains(local.x) || (-1.7 ... -1.2).contains(local.x)
          if thing.kind == .car, isGlass, inset > 0.15 { return Color(44, 50, 56) }
          return thing.color * (inset < 0.2 ? 0.85 : 1)
        }
        let from = thing.frame.local(place - Sun.away * (thing.height / 2))
        return abs(from.x) < half.x && abs(from.y) < half.y ? dimmed(under) : nil
      }
    }
  }

  /// What remains of a colour out of the sun: darker, and bluer from the sky.
  private func dimmed(_ color: Color) -> Color { color * Color(0.40, 0.44, 0.50) }

  /// How much of a place a crown fills, 0 … 1: a ragged disc.
  private func fill(of tree: Tree, at place: Place) -> Float {
    let way = place - tree.middle
    let ragged = layeredNoise(way, scale: 1.8, layers: 3, seed: tree.seed) - 0.5
    return step(
      Float(tree.radius - length(way)) + ragged * Float(tree.radius), from: -0.1, to: 0.35)
  }

  private func paintCrown(_ tree: Tree, on canvas: inout Canvas) {
    canvas.paint(Box(low: tree.middle, high: tree.middle).grown(by: tree.radius * 1.6)) {
      place, under in
      let share = fill(of: tree, at: place)
      guard share > 0 else { return nil }
      let way = place - tree.middle
      let toSun = Float(-dot(way, Sun.away) / tree.radius)
      let clumps = layeredNoise(way, scale: 1.3, layers: 3, seed: tree.seed &+ 1)
      let lit = layeredNoise(way - Sun.away * 0.35, scale: 1.3, layers: 3, seed: tree.seed &+ 1)
      let light = 0.78 + 0.3 * toSun + 0.5 * clumps + 1.3 * (clumps - lit)
      return blended(under, tree.color * min(max(light, 0.35), 1.75), share)
    }
  }
}
