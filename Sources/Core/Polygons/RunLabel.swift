/// How a stretch of wall stands to the building's axis.
enum RunLabel: Int, CaseIterable {
  case along
  case across
  case diagonal
  case antidiagonal
  /// In a direction of its own.
  case free

  /// The angle from the building's axis; nil when free.
  var turn: Direction? {
    switch self {
    case .along: .alongX
    case .across: .alongY
    case .diagonal: .diagonal
    case .antidiagonal: .antidiagonal
    case .free: nil
    }
  }

  /// Whether walls of this label make right angles only.
  var isSquare: Bool { self == .along || self == .across }

  /// What the label costs beyond a run's own price, as a share of that price.
  var penalty: Double {
    switch self {
    case .along, .across: 0
    case .diagonal, .antidiagonal: 2
    case .free: 3
    }
  }

  /// The shortest run of this label, in pixels.
  var shortest: Double { isSquare ? 2.5 : 6 }
}

/// A straight wall: some consecutive samples of a contour.
struct WallRun {
  /// The first sample.
  var start: Int
  /// The sample after the last; beyond the number of samples when the run passes the first again.
  var end: Int
  let label: RunLabel

  var count: Int { end - start }
}
