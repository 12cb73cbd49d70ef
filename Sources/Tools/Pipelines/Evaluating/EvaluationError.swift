/// What can be wrong with a comparison of outlines.
public enum EvaluationError: Error, Hashable, Sendable {
  /// The outlines reach over more pixels than can be drawn.
  case tooManyPixels(meters: Double)
  /// The truth holds no line.
  case noRoads(path: String)
  /// Roads are compared whole.
  case regionOfRoads
}

extension EvaluationError: CustomStringConvertible {
  /// What could not be done, the cause, and what to do next.
  public var description: String {
    switch self {
    case .tooManyPixels(let meters):
      """
      cannot compare the outlines on pixels of \(meters) m
        they would touch more than 50 million squares of 128 × 128 pixels
        give larger pixels with `--pixel-m`, or a part of the ground with `--region`
      """
    case .noRoads(let path):
      """
      cannot compare roads with '\(path)'
        it holds no line of two points or more
        give true roads as lines, in any format GDAL reads
      """
    case .regionOfRoads:
      """
      cannot compare a part of the roads
        a way may leave a region and come back
        cut both files first: `ogr2ogr -clipsrc region.gpkg part.gpkg roads.gpkg`
      """
    }
  }
}
