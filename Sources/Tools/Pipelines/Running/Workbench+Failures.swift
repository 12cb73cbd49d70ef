import GeoFiles
import Mosaicking
import ShardStores
import Tensors
import Tiling

// Whose fault a failure is: told where it happened, since only here the scenes can be asked.

extension Workbench {
  /// What the coordinator is told of an error.
  func failure(of error: any Error, in order: WorkOrder) -> WorkFailure {
    var failure = WorkFailure(kind: .shard, text: "\(error)")
    if let status = Failures.exitStatus(of: error) { failure.status = status }
    switch error {
    case let known as WorkFailure: return known
    case is InputError, is NetworkError:
      // Files that were altered, or a model that cannot be read any more.
      failure.kind = .run
    default:
      if Failures.isAboutOutput(error) {
        failure.kind = .run
        failure.status = .cannotWrite
      } else if order.key.stage == WorkStage.infer.rawValue, let lost = lostScene(order) {
        failure = WorkFailure(kind: .run, text: "\(lost)", status: .badInput)
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
