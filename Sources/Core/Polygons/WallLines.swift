/// The straight lines through walls and the corners in which they meet.
struct WallLines {
  private struct Line {
    let place: Point
    let direction: Direction
  }

  private let samples: ContourSamples
  private let walls: [WallRun]
  private let lines: [Line]

  /// What is left out at both ends of a wall, where the contour rounds the corner, in pixels.
  static let trim = 1.6
  /// The sine of 8°: walls that meet at less keep a jog instead of a far corner.
  static let nearlyParallel = 0.139173
  /// The sine of 10°: the axis is not turned further than this from where it was.
  static let farthestTurn = 0.173648

  /// Fits a line to every wall; all but the free ones keep their angle to the axis.
  init(through walls: [WallRun], of samples: ContourSamples, axis: Direction) {
    self.samples = samples
    self.walls = walls
    lines = walls.map { wall in
      let scatter = Self.trimmed(wall, of: samples)
      return Line(
        place: scatter.mean, direction: wall.label.turn.map(axis.turned(by:)) ?? scatter.principal)
    }
  }

  /// The axis that fits all walls but the free ones best; the old one when it is far from that.
  static func refined(_ axis: Direction, by walls: [WallRun], of samples: ContourSamples)
    -> Direction
  {
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for wall in walls {
      guard let turn = wall.label.turn else { continue }
      let own = trimmed(wall, of: samples).moments(turnedBy: turn)
      xx += own.xx
      yy += own.yy
      xy += own.xy
    }
    let found = Direction.principal(xx: xx, yy: yy, xy: xy)
    let isOpposite = found.vector.dot(axis.vector) < 0
    let best = isOpposite ? Direction(of: found.vector * -1) ?? found : found
    guard abs(best.vector.cross(axis.vector)) < farthestTurn,
      best.vector.dot(axis.vector) > 0
    else { return axis }
    return best
  }

  /// The corners around the building; nil with fewer than three walls.
  func ring() -> Ring? {
    guard lines.count >= 3 else { return nil }
    var corners: [Point] = []
    for (index, line) in lines.enumerated() {
      let next = lines[(index + 1) % lines.count]
      let turn = line.direction.vector.cross(next.direction.vector)
      if abs(turn) < Self.nearlyParallel {
        let end = samples.points[(walls[index].end - 1) % samples.points.count]
        for wall in [line, next] {
          let direction = wall.direction.vector
          corners.append(wall.place + direction * (end - wall.place).dot(direction))
        }
      } else {
        let reach = (next.place - line.place).cross(next.direction.vector) / turn
        corners.append(line.place + line.direction.vector * reach)
      }
    }
    return Ring(corners)
  }

  private static func trimmed(_ wall: WallRun, of samples: ContourSamples) -> Scatter {
    let wanted = Int((trim / samples.step).rounded())
    let cut = max(0, min(wanted, (wall.count - 2) / 3))
    return samples.scatter(from: wall.start + cut, to: wall.end - cut)
  }
}
