import BuiltinNetworks
import Foundation
import Grids
import OpenVINONetworks
import Tensors
import Tiling

/// A model ready to run by the engine that was chosen for it, and what decides its bits.
struct OpenedNetwork {
  let network: any Network
  let profile: NumericProfile

  /// Opens a model with the built-in engine.
  static func byBuiltin(
    _ path: String, output: String?, computing: ComputingSettings
  ) throws -> OpenedNetwork {
    let network = try BuiltinNetwork(
      ModelFile.read(path), outputNamed: output, threads: computing.threads,
      instructionSet: computing.instructionSet)
    return OpenedNetwork(network: network, profile: network.profile)
  }

  /// Opens a model with OpenVINO.
  ///
  /// - Parameter cacheFolder: Where compiled models are kept; nil keeps none.
  static func byOpenVINO(
    _ path: String, output: String?, _ settings: OpenVINOSettings, threads: Int = 1,
    cacheFolder: String? = nil
  ) throws -> OpenedNetwork {
    if let reason = SystemFault.refusal(toRead: path) {
      throw InputError.cannotRead(path: path, reason: reason)
    }
    let network = try OpenVINONetwork(
      OpenVINOPlace.library(), reading: path, outputNamed: output, settings: settings,
      threads: threads, cacheFolder: cacheFolder,
      memoryLimit: Int(ProcessInfo.processInfo.physicalMemory),
      instructionSet: InstructionSet.widest.rawValue)
    return OpenedNetwork(network: network, profile: network.profile)
  }

  /// Opens the network of a plan, for a worker, and sees that it is the plan's: files are replaced while
  /// a run goes on, and each worker opens them when it begins.
  ///
  /// - Throws: ``InputError/replaced(path:found:planned:)``, and what keeps the model from being opened.
  static func forWorker(
    of plan: RunPlan, in folder: RunFolder, computing: ComputingSettings
  ) throws -> OpenedNetwork {
    let opened = try forWorker(of: plan, computing, cachedIn: folder)
    // After it was opened, so that what was opened is what was hashed, or is found out.
    try plan.model.check()
    return opened
  }

  private static func forWorker(
    of plan: RunPlan, _ computing: ComputingSettings, cachedIn folder: RunFolder
  ) throws -> OpenedNetwork {
    let (path, output) = (plan.model.path, plan.model.output)
    guard let settings = plan.openVINO else {
      return try byBuiltin(path, output: output, computing: computing)
    }
    let cache = try ModelCache(in: folder)
    let opened = try byOpenVINO(
      path, output: output, settings, threads: computing.threads, cacheFolder: cache.path)
    let side = plan.shards.chips.chip
    let pictures = opened.network.input.extents.first.flatMap { $0 } ?? 1
    let shape = Shape(pictures, plan.scenes.bandCount, side, side)
    try cache.compile { try (opened.network as? OpenVINONetwork)?.prepare(for: shape) }
    return opened
  }
}
