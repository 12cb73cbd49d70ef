/// How the numbers between a scene's pixels are found when it is warped.
///
/// Along each axis on which a scene has at least ``Warp/coarseningRatio`` pixels to one of the grid,
/// all of them are averaged instead, so that fine patterns do not turn into coarse ones; `nearest` is
/// never averaged.
public enum Resampling: String, Hashable, Sendable, Codable, CaseIterable {
  /// The pixel that holds the place: no new numbers, and edges in steps.
  case nearest
  /// Straight lines between the four pixels around the place.
  case bilinear
  /// Curves through the sixteen pixels around the place (Keys 1981, a = −0.5, as GDAL's `cubic`).
  case cubic
}
