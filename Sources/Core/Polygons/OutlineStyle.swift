/// How outlines are drawn from contours.
public enum OutlineStyle: String, Hashable, Sendable, Codable, CaseIterable {
  /// Straight walls, right angles where they fit, circles: for buildings.
  case squared
  /// The contour without its small bends: for what has no walls.
  case simplified
  /// The contour itself, at sub-pixel precision.
  case raw
}
