/// Fits straight walls to a contour: the optimal outline of a building.
///
/// The contour is parted into walls along or across one axis, into diagonals and free lines, each
/// at its price, so that the sum of squared distances and prices is least. Where the result strays
/// too far from the contour the price is lowered, down to a last resort, the simplified contour.
/// Prices rise with the variance of the contour's own noise, as description lengths do (Rissanen
/// 1978): what a smooth contour shows may be a corner, and in a rough one, or a long one that wanders
/// as along trees, is more likely chance. They rise with the area of large buildings, too, as maps leave
/// out what is small beside the whole.
/// A circle is taken where it is cheaper. Lengths are in pixels, which must be square.
struct SquaredRing {
  let ring: Ring
  let method: OutlineMethod
  let axis: Direction

  /// The prices of a wall that are tried where contours are smooth, in px³.
  static let prices = [16, 10, 6, 4, 2.5, 1.5]
  /// The roughness up to which a contour is smooth, in pixels.
  static let smooth = 0.28
  /// The most by which rough contours raise the prices.
  static let largestRise = 2.5
  /// The wandering up to which a contour is steady, in pixels.
  static let steady = 0.8
  /// The most by which contours that wander raise the prices.
  static let largestRiseOfWandering = 6.0
  /// The square root of area beyond which buildings are large, in pixels: what would be a wall of a
  /// small one is a detail of a large one, and its price rises with area.
  static let large = 30.0
  /// How far from the contour's corners walls may end, in pixels.
  static let cutTolerance = 0.4
  /// The most places where walls may end; on longer contours they are fewer and farther apart.
  static let mostCuts = 400
  /// The perimeter from which walls are looked for, in pixels: four of the shortest.
  static let smallestPerimeter = 10.0
  /// What a circle costs, in prices of a wall.
  static let circlePrice = 5.0
  /// The radius from which circles are looked for, in pixels.
  static let smallestRadius = 5.0
  /// The largest root mean square distance of a circle from its contour, in pixels.
  static let circleError = 0.8
  /// The simplification of the last resort, in pixels.
  static let fallbackTolerance = 1.0
}
