/// A request to compare outlines with a map that exists.
public struct ComparisonRequest: Sendable {
  /// A file of outlines, or the folder of a run.
  public var outlines: String
  /// A file of the outlines that are mapped already; of an OpenStreetMap extract, its buildings.
  public var existing: String
  /// Where the comparison goes.
  public var folder: String
  /// A file of polygons: on both sides, only outlines whose centre of mass lies in one take part.
  public var region: String?
  /// The least IoU of outlines that match.
  public var matched = 0.5
  /// The least IoU of outlines that have changed.
  public var changed = 0.1
  /// The side of the cells that are summed up, in metres of the outlines' reference system.
  public var cell = 1_000.0

  /// Asks for a comparison with every default.
  public init(of outlines: String, with existing: String, folder: String) {
    self.outlines = outlines
    self.existing = existing
    self.folder = folder
  }
}
