import Checksums
import Foundation
import Glibc
import Grids
import Imagery
import Inference
import Mosaicking
import ShardStores
import Tensors
import Tiling

/// Turns shards into parts: reads chips, classifies them, gathers them in one file.
final class InferenceBench {
  private unowned let bench: Workbench
  private let reader: ShardReader
  private let network: any Network
  private var segmenter: Segmenter
  private let tally: Int32

  init(_ bench: Workbench) throws {
    self.bench = bench
    let plan = bench.plan
    reader = try ShardReader(of: plan)
    network = try OpenedNetwork.forWorker(
      of: plan, in: bench.folder, computing: bench.computing
    ).network
    segmenter = try Self.segmenter(for: plan, network, batch: 1)
    tally = open(
      bench.folder.chipTally.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
  }

  deinit { close(tally) }

  private static func segmenter(
    for plan: RunPlan, _ network: any Network, batch: Int
  ) throws -> Segmenter {
    try Segmenter(
      network: network, layout: plan.answerLayout(), bandCount: plan.scenes.bandCount,
      scaling: plan.model.scaling, scheme: plan.model.scheme, activation: plan.model.activation,
      layers: plan.answerLayers, batch: batch)
  }

  /// Makes a shard's part: cuts it from an earlier map where that holds it, else classifies.
  ///
  /// - Throws: ``HandedBack`` when the run is being stopped and the shard would take too long.
  func perform(_ order: WorkOrder) throws -> ShardOutcome {
    try restored(order) ?? classified(order)
  }

  /// The part as it was, cut from the map; nil when the map does not give it back as it was.
  private func restored(_ order: WorkOrder) throws -> ShardOutcome? {
    let restorer = PartRestorer(plan: bench.plan, folder: bench.folder)
    guard let expected = order.expected, restorer.canRestore else { return nil }
    let staged = bench.staging(order, ".restored.tif")
    let path = bench.folder.file(staged).path
    let window = bench.span.window(of: order.key.index)
    let hash = try? restorer.write(window, to: path, step: bench.heartbeat.step)
    guard let hash, hash.description == expected else {
      unlink(path)
      return nil
    }
    var outcome = ShardOutcome()
    outcome.isRestored = true
    outcome.files = [
      try Publisher(folder: bench.folder).stage(
        staged, as: bench.plan.partPath(of: bench.span[order.key.index]), content: hash)
    ]
    return outcome
  }

  private func classified(_ order: WorkOrder) throws -> ShardOutcome {
    let plan = bench.plan
    let number = order.key.index
    if order.batch != segmenter.batch {
      segmenter = try Self.segmenter(for: plan, network, batch: order.batch)
    }
    try reader.checkSources(of: number)
    _ = reader.takeHash()
    var staged = bench.staging(order, ".tif")
    var name = plan.partPath(of: bench.span[number])
    #if CHAOS
      if Sabotage.isNaive { (staged, name) = Sabotage.sameName(as: name) }
      Sabotage.poison(order.key, batch: order.batch)
    #endif
    var part = try PartWriter(
      creating: bench.folder.file(staged).path, window: bench.span.window(of: number),
      grid: plan.grid, layers: bench.layers)
    var outcome = ShardOutcome()
    defer { segmenter.forget() }
    let start = ContinuousClock.now
    let classifier = ShardClassifier(plan, reader, segmenter)
    try classifier.classify(number) { done, count in
      try handBackIfNeeded(done: done, of: count, since: start, staged: staged)
    } isDone: { chip, isMapped in
      count(chip, isMapped: isMapped, of: number, in: &outcome)
    } deliver: { chip, map in
      guard var map else { return try part.fill(plan.shards.chips.core(of: chip), with: .outside) }
      reader.clip(&map)
      try part.add(map)
    }
    try reader.checkSources(of: number)
    let hash = try finish(part)
    outcome.inputHash = reader.takeHash()
    outcome.files = [
      try Publisher(folder: bench.folder).stage(staged, as: name, content: hash)
    ]
    return outcome
  }

  /// Ends a part, which is read back and compared.
  private func finish(_ part: consuming PartWriter) throws -> ContentHash {
    #if CHAOS
      if Sabotage.isNaive { return try part.finishUnread() }
    #endif
    return try part.finish()
  }

  /// Counts a chip: in the outcome, in the beat, and, if it is classified, in the run's tally.
  ///
  /// An append is whole whatever happens to the process. Chips around the shard are another's.
  private func count(
    _ chip: ChipIndex, isMapped: Bool, of number: Int, in outcome: inout ShardOutcome
  ) {
    guard bench.plan.shards.chips.core(of: chip).intersects(bench.span.window(of: number)) else {
      return bench.heartbeat.step()
    }
    outcome.made += isMapped ? 1 : 0
    outcome.skipped += isMapped ? 0 : 1
    bench.heartbeat.chip(isMapped: isMapped)
    var byte: UInt8 = 0x2E
    if isMapped { _ = write(tally, &byte, 1) }
  }

  private func handBackIfNeeded(
    done: Int, of count: Int, since start: ContinuousClock.Instant, staged: String
  ) throws {
    let spent = (ContinuousClock.now - start).seconds
    let needed = done > 0 ? spent / Double(done) * Double(count - done) : 0
    guard bench.mailbox.mustHandBack(needing: needed) else { return }
    try? FileManager.default.removeItem(at: bench.folder.file(staged))
    throw HandedBack()
  }
}
