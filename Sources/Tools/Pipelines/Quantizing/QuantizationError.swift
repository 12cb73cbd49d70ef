/// Why a model was not quantised.
public enum QuantizationError: Error, Hashable, Sendable {
  /// The result is too far from the model it was made of.
  case losesTooMuch(
    model: String, lost: String, of: Measure, limit: String, kept: Int, layers: Int)
  /// No chip of the scenes holds a picture.
  case nothingToSee(scenes: String)
  /// The result cannot be written.
  case cannotWrite(path: String, reason: String)

  /// What a loss is counted in.
  public enum Measure: String, Hashable, Sendable {
    /// Pixels that have another class than from the float model.
    case pixels = "pixels of another class"
    /// IoU or F1 against the truth, the one that loses more.
    case score = "IoU or F1"
  }
}

extension QuantizationError: CustomStringConvertible {
  /// What could not be done, the cause, and what to do next.
  public var description: String {
    switch self {
    case .losesTooMuch(let model, let lost, let measure, let limit, let kept, let layers):
      """
      cannot quantise '\(model)' well enough
        \(lost) points of \(measure.rawValue) lost, \(limit) allowed, \(kept) of \(layers) layers in floats
        calibrate with scenes like those you map, or allow more with `--max-loss`
      """
    case .nothingToSee(let scenes):
      """
      cannot learn from '\(scenes)'
        no chip of these scenes holds a picture
        give scenes with valid pixels, such as some of those you want to map
      """
    case .cannotWrite(let path, let reason):
      """
      cannot write the quantised model '\(path)'
        \(reason)
        give `--out` a place that you can write, with room for the model
      """
    }
  }

  /// How the command ends.
  var exitStatus: ExitStatus {
    switch self {
    case .losesTooMuch: .badPipeline
    case .nothingToSee: .badInput
    case .cannotWrite: .cannotWrite
    }
  }
}
