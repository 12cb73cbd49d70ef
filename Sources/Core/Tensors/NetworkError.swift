/// What can go wrong between Mapwright and a model.
public enum NetworkError: Error, Hashable, Sendable {
  /// The file is absent or is no model this engine can read.
  case cannotRead(path: String, reason: String)
  /// The model holds operators, attributes or types that this engine does not claim.
  case unsupported(path: String, findings: [String])
  /// The model was read, but its graph contradicts itself.
  case cannotCompile(path: String, reason: String)
  /// A weight is infinite or no number at all.
  case notFinite(path: String, weight: String, reason: String)
  /// The network does not take inputs of this shape.
  case cannotTake(shape: Shape, reason: String)
}

extension NetworkError: CustomStringConvertible {
  /// What could not be done, the cause, and what to do next, one line each.
  public var description: String {
    switch self {
    case .cannotRead(let path, let reason):
      """
      cannot read model '\(path)'
        \(reason)
        models are ONNX files: export with opset 11 or later, weights inside the file
      """
    case .unsupported(let path, let findings):
      """
      cannot run model '\(path)' with the built-in engine
        not supported: \(findings.joined(separator: "; "))
        `mapwright inspect \(path)` lists its operators; simplify or re-export the model
      """
    case .cannotCompile(let path, let reason):
      """
      cannot prepare model '\(path)'
        \(reason)
        check the file with `onnx.checker.check_model`, then export it again
      """
    case .notFinite(let path, let weight, let reason):
      """
      cannot run model '\(path)'
        weight '\(weight)' holds \(reason)
        train or convert the model again; half floats, for one, overflow beyond 65504
      """
    case .cannotTake(let shape, let reason):
      """
      the model cannot take an input of shape \(shape)
        \(reason)
        set `chip_px` to a size that the model takes
      """
    }
  }
}
