import Checksums
import Footprints
import Foundation
import GeoFiles
import Grids
import ShardStores

/// Traces the outlines and roads of shards from the map, and merges them into files.
final class TracingBench {
  private unowned let bench: Workbench
  private let tracings: [Tracing]

  init(_ bench: Workbench) throws {
    let plan = bench.plan
    self.bench = bench
    tracings = try plan.footprints.indices.map {
      try Tracing(of: plan, layer: $0, in: bench.folder)
    }
  }

  /// Traces what begins in a shard.
  func trace(_ order: WorkOrder) throws -> ShardOutcome {
    let (layer, number) = bench.plan.traced(order.key.index)
    let shard = bench.span[number]
    let staged = bench.staging(order, ".footprints")
    let fragment = FootprintFragment(
      path: bench.folder.file(staged).path, core: bench.span.window(of: number))
    let traced = try tracings[layer].trace(into: fragment, step: bench.heartbeat.step)
    let prefix = bench.plan.tracedLayers.count > 1 ? "\(layer)_" : ""
    let name =
      "\(RunFolder.fragments)/\(prefix)shard_r\(shard.row)c\(shard.column).#.footprints"
    var outcome = ShardOutcome()
    outcome.files = [
      try Publisher(folder: bench.folder).stage(staged, as: name, holding: traced.bytes)
    ]
    outcome.made = traced.count
    return outcome
  }

  /// Merges what was traced of a layer in all shards, in one order, into the files asked for.
  ///
  /// Files are closed, which may mean that they are sorted, indexed and read back, in one go. A second is let
  /// pass for every 100 kB of fragments: a million houses of six corners are 170 MB, and take 350 s of a
  /// processor in all formats together (benchmarks/formats.md).
  func export(_ order: WorkOrder) throws -> ShardOutcome {
    let bytes = order.inputs.reduce(0) { sum, input in
      let path = bench.folder.file(input.path).path
      let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size]) as? Int
      return sum + (size ?? 0)
    }
    return try bench.heartbeat.waiting(atMost: 60 + bytes / 100_000) { try merged(order) }
  }

  private func merged(_ order: WorkOrder) throws -> ShardOutcome {
    let plan = bench.plan
    var fragments: [Int: [FootprintFragment]] = [:]
    for input in order.inputs {
      let (layer, number) = plan.traced(input.index)
      fragments[layer, default: []].append(
        FootprintFragment(
          path: try bench.checked(input, of: .trace), core: bench.span.window(of: number)))
    }
    func own(_ layer: Int) -> [FootprintFragment] {
      fragments[plan.footprints[layer].roads ?? layer] ?? []
    }
    let tracing = tracings[order.key.index]
    let parts = try tracing.parts(of: own(order.key.index))
    func staged(_ file: Tracing.File) -> String {
      bench.staging(order, ".\(file.layer)\(file.part.suffix).\(file.format.fileExtension)")
    }
    var outcome = ShardOutcome()
    outcome.made = try tracing.export(
      own(order.key.index), in: parts, to: { bench.folder.file(staged($0)).path },
      step: bench.heartbeat.step)
    for file in tracing.files(in: parts) {
      let hash = try ContentHash(ofFile: bench.folder.file(staged(file)).path)
      outcome.files.append(
        try Publisher(folder: bench.folder).stage(
          staged(file), as: "\(RunFolder.footprints)/\(file.name)", content: hash))
    }
    var companions = tracing.styles(in: parts)
    if order.key.index == 0 {
      let all = try tracings.enumerated().map { ($1, try $1.parts(of: own($0))) }
      companions += [try plan.scenery.project(of: all)].compactMap(\.self)
    }
    for file in companions {
      let staged = bench.staging(order, ".\(file.name)")
      let bytes = Array(file.text.utf8)
      try Data(bytes).write(toFile: bench.folder.file(staged).path)
      outcome.files.append(
        try Publisher(folder: bench.folder).stage(
          staged, as: "\(RunFolder.footprints)/\(file.name)", holding: bytes))
    }
    return outcome
  }
}
