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
  /// The engine's library refuses the model, or fails while it computes.
  case engineFailed(path: String, reason: String)
  /// The device is not there, or does not compute in the numbers wanted.
  case deviceMissing(device: String, reason: String)
  /// The model does not fit into the memory of machine or device.
  case needsMemory(path: String, reason: String)
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
    case .engineFailed(let path, let reason):
      """
      cannot run model '\(path)' with OpenVINO
        \(reason)
        `mapwright inspect \(path)` shows what it takes and gives; export it again, or try `engine: builtin`
      """
    case .deviceMissing(let device, let reason):
      """
      cannot compute on device '\(device)'
        \(reason)
        name another with inference.device, or install the device's driver as OpenVINO's guide says
      """
    case .needsMemory(let path, let reason):
      """
      cannot hold model '\(path)' in memory
        \(reason)
        lower `chip_px`, `streams` or the number of workers, or use a machine with more memory
      """
    }
  }
}
