/// A request to compare outlines with the truth.
public struct EvaluationRequest: Sendable {
  /// A file of outlines, or the folder of a run.
  public var prediction: String
  /// A file of true outlines.
  public var truth: String
  /// A file of polygons: on both sides, only outlines whose centre of mass lies in one take part.
  public var region: String?
  /// The side of the pixels on which areas are compared, in m; nil for the run's own, or else 0.5 m.
  public var pixelMeters: Double?
  /// How far apart lines may lie to be near, in m; nil for two pixels.
  public var toleranceMeters: Double?
  /// The attribute that says how sure a prediction is.
  public var confidenceField = "confidence"

  /// Asks for a comparison with every default.
  public init(of prediction: String, against truth: String) {
    self.prediction = prediction
    self.truth = truth
  }
}
