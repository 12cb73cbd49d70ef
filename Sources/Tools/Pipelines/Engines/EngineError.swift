/// What can keep every engine from running a model.
public enum EngineError: Error, Hashable, Sendable {
  /// The built-in engine does not have what the model needs, and there is no other.
  case noneRuns(model: String, reason: String, lacking: String)
}

extension EngineError: CustomStringConvertible {
  /// What could not be done, the cause, and what to do next.
  public var description: String {
    switch self {
    case .noneRuns(let model, let reason, let lacking):
      """
      no engine here runs model '\(model)'
        the built-in engine does not: \(reason); OpenVINO might, and is \(lacking)
        install OpenVINO with `make openvino` (Documentation/OpenVINO.md), or simplify the model
      """
    }
  }
}
