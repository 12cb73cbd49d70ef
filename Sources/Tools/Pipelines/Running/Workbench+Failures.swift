import GeoFiles
import Mosaicking
import OpenVINONetworks
import ShardStores
import Tensors
import Tiling

// Whose fault a failure is: told where it happened, since only here the scenes can be asked.

extension Workbench {
  /// What the coordinator is told of an error.
  func failure(of error: any Error, in order: WorkOrder) -> WorkFailure {
    if let known = error as? WorkFailure { return known }
    if let refusal = WorkFailure(ofSystem: error) { return refusal }
    var failure = WorkFailure(kind: .shard, text: "\(error)")
    if let status = Failures.exitStatus(of: error) { failure.status = status }
    switch error {
    case is InputError, is NetworkError, is OpenVINOError, TilingError.filesDiffer:
      // Files that were altered, or a model that cannot be read any more.
      failure.kind = .run
    default:
      if Failures.isAboutOutput(error) {
        failure.kind = .run
        failure.status = .cannotWrite
      } else if order.key.stage == WorkStage.infer.rawValue, let lost = lostScene(order) {
        failure =
          WorkFailure(ofSystem: lost)
          ?? WorkFailure(kind: .run, text: "\(lost)", status: .badInput)
      }
    }
    return failure
  }

  /// Why a scene that was sound when the run was planned cannot even be opened any more; nil when
  /// all can.
  private func lostScene(_ order: WorkOrder) -> (any Error)? {
    for index in plan.scenes.scenes(meeting: plan.readWindow(of: order.key.index)) {
      do { _ = try SceneSet(opening: [plan.scenes.scenes[index].path]) } catch { return error }
    }
    return nil
  }
}

extension WorkFailure {
  /// What the coordinator is told when the system is at fault; nil when it is not.
  ///
  /// A full disk stops the run. All else may have passed when the shard is tried again.
  init?(ofSystem error: any Error) {
    guard let fault = SystemFault(behind: error) else { return nil }
    self.init(
      kind: fault == .space ? .run : .system, text: Failures.words(of: error), status: .cannotWrite)
  }

  /// What the coordinator is told of an error that would meet every shard.
  init(ofEveryShard error: any Error) {
    self =
      WorkFailure(ofSystem: error)
      ?? WorkFailure(
        kind: .run, text: "\(error)", status: Failures.exitStatus(of: error) ?? .bug)
  }
}
