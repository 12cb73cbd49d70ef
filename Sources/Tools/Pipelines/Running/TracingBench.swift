import Checksums
import Footprints
import Foundation
import GeoFiles
import Grids
import ShardStores

/// Traces the outlines of shards from the map, and merges them into files.
final class TracingBench {
  private unowned let bench: Workbench
  private let tracing: Tracing

  init(_ bench: Workbench) throws {
    let plan = bench.plan
    self.bench = bench
    tracing = try Tracing(of: plan, in: bench.folder)
  }

  /// Traces the outlines that begin in a shard.
  func trace(_ order: WorkOrder) throws -> ShardOutcome {
    let shard = bench.span[order.key.index]
    let core = bench.span.window(of: order.key.index)
    let footprints = try tracing.footprints(in: core, step: bench.heartbeat.step)
    let staged = bench.staging(order, ".footprints")
    let path = bench.folder.file(staged).path
    let bytes = try FootprintFragment(path: path, core: core).write(footprints)
    let name = "\(RunFolder.fragments)/shard_r\(shard.row)c\(shard.column).#.footprints"
    var outcome = ShardOutcome()
    outcome.files = [try Publisher(folder: bench.folder).stage(staged, as: name, holding: bytes)]
    outcome.made = footprints.count
    return outcome
  }

  /// Merges the outlines of all shards, in one order, into the files asked for.
  func export(_ order: WorkOrder) throws -> ShardOutcome {
    let plan = bench.plan
    let fragments = try order.inputs.map { input in
      FootprintFragment(
        path: try bench.checked(input, of: .trace),
        core: bench.span.window(of: input.index))
    }
    let (summary, parts, endings) = try tracing.export(fragments, step: bench.heartbeat.step) {
      bench.folder.file(bench.staging(order, $0)).path
    }
    var outcome = ShardOutcome()
    outcome.made = summary.count
    for ending in endings {
      let staged = bench.staging(order, ending)
      let hash = try ContentHash(ofFile: bench.folder.file(staged).path)
      outcome.files.append(
        try Publisher(folder: bench.folder).stage(
          staged, as: plan.footprintsPath(ending: ending), content: hash))
    }
    for file in try tracing.companions(of: parts, hasMap: true) {
      let staged = bench.staging(order, file.ending)
      let bytes = Array(file.text.utf8)
      try Data(bytes).write(toFile: bench.folder.file(staged).path)
      outcome.files.append(
        try Publisher(folder: bench.folder).stage(
          staged, as: plan.footprintsPath(ending: file.ending), holding: bytes))
    }
    return outcome
  }
}
