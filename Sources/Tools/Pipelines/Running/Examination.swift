import Foundation
import Grids
import ShardStores
import Tiling

/// How what lies in a run's folder stands to what is asked for now.
struct Examination {
  /// The plan that the run was made by.
  let before: RunPlan
  /// The plan that is asked for, cut into the run's own shards.
  let after: RunPlan
  /// The fingerprint of what is asked for.
  let fingerprint: Fingerprint
  /// In what they differ, as far as the user has accepted it.
  let differences: [Difference]
  /// Shards, finished once, whose pixels are others now.
  let comparison: SceneComparison
  /// Files that the manifest names and that are not there, or have another size.
  let lost: Set<String>
  /// Whether shards that were set aside are to be tried again.
  let retries: Bool

  /// Examines a run.
  ///
  /// - Throws: ``RunError/differentRun(folder:differences:acceptable:)`` when the run is of
  ///   something else, and the user has not said that this is so.
  init(
    of folder: RunFolder, before: RunPlan, wanted: RunPlan, store: ShardStore,
    accepting accepted: Set<AcceptedChange>, retries: Bool
  ) throws {
    self.before = before
    var after = wanted
    // Another first scene may give the same lattice with other last digits.
    if let scenes = after.scenes.placed(on: before.grid) { after.scenes = scenes }
    fingerprint = try Fingerprint(of: after)
    var differences = try Fingerprint(of: before).differences(from: fingerprint)
    try after.cut(into: before.shards)
    after.keepsParts = before.keepsParts
    after.generation = before.generation
    after.kept = before.kept
    after.obsolete = before.obsolete
    self.after = after
    let isComparable = differences.allSatisfy {
      Self.isAccepted($0, accepted) || $0.group == "scenes"
    }
    guard isComparable else { throw Self.refusal(of: folder, differences, accepted) }
    comparison = try SceneComparison(
      from: before, to: after, isAnyReopened: store.isAnyReopened(stage: WorkStage.infer.rawValue)
    ) { number in
      try store.record(ShardKey(stage: WorkStage.infer.rawValue, index: number))
    }
    if !comparison.changed.isEmpty {
      let count = comparison.changed.count
      differences.append(
        Difference(
          group: "scenes",
          words: "pixels of \(count) of \(comparison.compared) finished shards are others now"))
    }
    guard differences.allSatisfy({ Self.isAccepted($0, accepted) }) else {
      throw Self.refusal(of: folder, differences, accepted)
    }
    self.differences = differences
    lost = try Verification.lostFiles(of: folder, store)
    self.retries = retries ? try !store.records(in: .setAside).isEmpty : false
  }

  /// Whether the queue's rows must be replaced before the run can go on.
  var asksForRevision: Bool { !differences.isEmpty || !lost.isEmpty || retries }

  private static func isAccepted(_ difference: Difference, _ accepted: Set<AcceptedChange>) -> Bool
  {
    AcceptedChange(rawValue: difference.group).map(accepted.contains) ?? false
  }

  private static func refusal(
    of folder: RunFolder, _ differences: [Difference], _ accepted: Set<AcceptedChange>
  ) -> RunError {
    let open = differences.filter { !isAccepted($0, accepted) }
    let groups = AcceptedChange.allCases.filter { change in
      open.contains { $0.group == change.rawValue }
    }
    let areAllAcceptable = open.allSatisfy { AcceptedChange(rawValue: $0.group) != nil }
    return .differentRun(
      folder: folder.path, differences: open.map(\.words),
      acceptable: areAllAcceptable ? groups.map(\.rawValue) : [])
  }
}
