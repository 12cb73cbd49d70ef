import BuiltinNetworks
import OpenVINONetworks
import Tensors

/// Which engine runs a pipeline's model.
///
/// `auto` takes the built-in engine when it supports the graph, else OpenVINO when that is there. A run
/// that was begun keeps its engine, and a trial may have found the other one faster.
struct EngineChoice {
  /// Never `auto`.
  let engine: InferenceSettings.Engine
  /// How OpenVINO computes, where it is the engine.
  let openVINO: OpenVINOSettings?
  /// The network, for its interface.
  let opened: OpenedNetwork
  /// The model's file where it is ONNX: metadata, and how the graph ends.
  let file: ModelFile?
  /// The network in the built-in engine, where that supports it: it knows cost and reach.
  let builtin: BuiltinNetwork?

  /// Suffixes of models that only OpenVINO reads.
  private static let foreign = [".xml", ".pdmodel", ".pb", ".tflite"]

  /// Chooses.
  ///
  /// - Parameters:
  ///   - settings: What the pipeline says.
  ///   - path: The model, absolute.
  ///   - preferred: What a run in the folder or a trial decided; it holds where the pipeline says
  ///     `auto`.
  /// - Throws: ``EngineError``, ``OpenVINOError``, ``NetworkError``, ``InputError``.
  static func made(
    for settings: InferenceSettings, model path: String, preferred: InferenceSettings.Engine?
  ) throws -> EngineChoice {
    let wanted = settings.engine == .auto ? preferred ?? settings.engineByKeys : settings.engine
    if wanted == .openvino { return try openVINO(settings, model: path) }
    if wanted == .auto, foreign.contains(where: path.hasSuffix) {
      return try instead(settings, model: path, because: "it reads ONNX files only")
    }
    do {
      return try builtin(ModelFile.read(path), output: settings.output)
    } catch NetworkError.unsupported(_, let findings) where wanted == .auto {
      return try instead(settings, model: path, because: findings.joined(separator: "; "))
    }
  }

  private static func builtin(_ file: ModelFile, output: String?) throws -> EngineChoice {
    let network = try BuiltinNetwork(file, outputNamed: output)
    return EngineChoice(
      engine: .builtin, openVINO: nil,
      opened: OpenedNetwork(network: network, profile: network.profile), file: file,
      builtin: network)
  }

  private static func openVINO(
    _ settings: InferenceSettings, model path: String
  ) throws -> EngineChoice {
    // Whatever it is that OpenVINO reads, it need not be ONNX, nor supported by us. But of an ONNX file
    // that is damaged we say what is wrong: OpenVINO would try all its front ends on it, which print
    // what they think of it.
    let file: ModelFile?
    do { file = try ModelFile.read(path) } catch let error {
      if case .cannotRead = error as? NetworkError, path.hasSuffix(".onnx") { throw error }
      file = nil
    }
    let opened = try OpenedNetwork.byOpenVINO(path, output: settings.output, settings.openVINO)
    let builtin = file.flatMap { try? BuiltinNetwork($0, outputNamed: settings.output) }
    return EngineChoice(
      engine: .openvino, openVINO: settings.openVINO, opened: opened, file: file, builtin: builtin)
  }

  /// OpenVINO where the built-in engine does not run the model, or an error that speaks of both.
  private static func instead(
    _ settings: InferenceSettings, model path: String, because reason: String
  ) throws -> EngineChoice {
    do { _ = try OpenVINOPlace.library() } catch {
      let lacking =
        if case .notFound = error { "not installed" } else { "of no use: \(error.cause)" }
      throw EngineError.noneRuns(model: path, reason: reason, lacking: lacking)
    }
    return try openVINO(settings, model: path)
  }

  /// What a pipeline must know of the model: whatever the engine, chips are cut by how far the network
  /// sees.
  func interface(path: String) -> ModelInterface {
    let network = opened.network
    return ModelInterface(
      path: path, input: network.input, output: network.output,
      finalOperator: file?.finalOperator(ofOutput: network.output.name),
      receptiveRadius: builtin?.receptiveRadius ?? network.receptiveRadius,
      sizeMultiple: builtin?.sizeMultiple ?? network.sizeMultiple)
  }
}

extension InferenceSettings {
  /// How OpenVINO is to compute.
  var openVINO: OpenVINOSettings {
    OpenVINOSettings(
      device: device, precision: precision, streams: streams, distribution: distribution)
  }

  /// `auto`, unless a key asks for what only OpenVINO has.
  fileprivate var engineByKeys: Engine {
    let isOrdinary = device == "CPU" && precision != .bf16 && distribution == nil && streams == 1
    return isOrdinary ? .auto : .openvino
  }
}
