/// The mean and the second moments about it of some points: all that fitting a line needs.
struct Scatter {
  let count: Int
  let mean: Point
  let xx: Double
  let yy: Double
  let xy: Double

  /// Plain sums, from which the moments of any stretch follow by subtraction.
  struct Sums {
    var x = 0.0
    var y = 0.0
    var xx = 0.0
    var yy = 0.0
    var xy = 0.0

    func adding(_ point: Point) -> Sums {
      Sums(
        x: x + point.x, y: y + point.y, xx: xx + point.x * point.x, yy: yy + point.y * point.y,
        xy: xy + point.x * point.y)
    }

    static func - (a: Sums, b: Sums) -> Sums {
      Sums(x: a.x - b.x, y: a.y - b.y, xx: a.xx - b.xx, yy: a.yy - b.yy, xy: a.xy - b.xy)
    }

    static func + (a: Sums, b: Sums) -> Sums {
      Sums(x: a.x + b.x, y: a.y + b.y, xx: a.xx + b.xx, yy: a.yy + b.yy, xy: a.xy + b.xy)
    }
  }

  /// The scatter of `count` points whose sums were taken from `origin`.
  init(_ sums: Sums, count: Int, from origin: Point) {
    let share = 1 / Double(count)
    self.count = count
    mean = Point(x: origin.x + sums.x * share, y: origin.y + sums.y * share)
    xx = sums.xx - sums.x * sums.x * share
    yy = sums.yy - sums.y * sums.y * share
    xy = sums.xy - sums.x * sums.y * share
  }

  /// The sum of squared distances to the best line in a direction.
  func squaredError(along direction: Direction) -> Double {
    let (x, y) = (direction.x, direction.y)
    return max(0, y * y * xx - 2 * x * y * xy + x * x * yy)
  }

  /// The sum of squared distances to the best line of all.
  var leastSquaredError: Double {
    let apart = ((xx - yy) * (xx - yy) + 4 * xy * xy).squareRoot()
    return max(0, (xx + yy - apart) / 2)
  }

  /// The direction of the best line of all.
  var principal: Direction { Direction.principal(xx: xx, yy: yy, xy: xy) }

  /// The second moments seen from axes turned by `turn`.
  func moments(turnedBy turn: Direction) -> (xx: Double, yy: Double, xy: Double) {
    let (c, s) = (turn.x, turn.y)
    return (
      c * c * xx + 2 * c * s * xy + s * s * yy, s * s * xx - 2 * c * s * xy + c * c * yy,
      c * s * (yy - xx) + (c * c - s * s) * xy
    )
  }
}
