/// How a ring of an outline was found.
public enum OutlineMethod: String, Hashable, Sendable, Codable, CaseIterable {
  /// Right angles only.
  case ortho
  /// Right angles, with slanted walls among them.
  case mixed
  /// A circle.
  case circle
  /// No walls fitted well enough: the contour, simplified by one pixel.
  case fallback
  /// The contour, simplified, as was asked for.
  case simplified
  /// The contour itself.
  case raw
}
