import BuiltinNetworks
import Foundation
import GeoFiles
import Glibc
import Grids
import Imagery
import Inference
import Mosaicking
import ShardStores
import Tiling

/// Turns shards into parts: reads chips, classifies them, gathers them in one file.
final class InferenceBench {
  private unowned let bench: Workbench
  private let reader: ChipReader
  private let segmenter: Segmenter
  private let region: Region?
  private let tally: Int32

  init(_ bench: Workbench) throws {
    self.bench = bench
    let plan = bench.plan
    reader = ChipReader(of: plan.scenes, nodata: plan.nodata)
    let network = try BuiltinNetwork(
      ModelFile(reading: plan.model.path), outputNamed: plan.model.output)
    segmenter = try Segmenter(
      network: network, layout: plan.shards.chips, bandCount: plan.scenes.bandCount,
      scaling: plan.model.scaling, scheme: plan.model.scheme, activation: plan.model.activation,
      layers: plan.model.layers)
    region = try plan.region.map { try Region(reading: $0.path, in: plan.grid) }
    tally = open(
      bench.folder.chipTally.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
  }

  deinit { close(tally) }

  /// Classifies a shard.
  ///
  /// - Throws: ``HandedBack`` when the run is being stopped and the shard would take too long.
  func perform(_ order: WorkOrder) throws -> ShardOutcome {
    let plan = bench.plan
    let shard = bench.span[order.key.index]
    let window = bench.span.window(of: order.key.index)
    var staged = bench.staging(order, ".tif")
    var name = "\(RunFolder.parts)/shard_r\(shard.row)c\(shard.column).#.tif"
    #if CHAOS
      if Sabotage.isNaive { (staged, name) = Sabotage.sameName(as: name) }
      Sabotage.poison(order.key)
    #endif
    var part = try PartWriter(
      creating: bench.folder.file(staged).path, window: window, grid: plan.grid,
      layers: bench.layers)
    let chips = plan.shards.chips(of: shard).filter {
      plan.shards.chips.core(of: $0).intersects(window)
    }
    var outcome = ShardOutcome()
    let start = ContinuousClock.now
    for (index, chip) in chips.enumerated() {
      try handBackIfNeeded(done: index, of: chips.count, since: start, staged: staged)
      let isMapped = try classify(chip, within: window, into: &part)
      outcome.chipsMapped += isMapped ? 1 : 0
      outcome.chipsSkipped += isMapped ? 0 : 1
      bench.send(.progress(mapped: isMapped ? 1 : 0, skipped: isMapped ? 0 : 1))
    }
    let hash = try part.finish()
    outcome.files = [
      try Publisher(folder: bench.folder).stage(staged, as: name, content: hash)
    ]
    return outcome
  }

  /// Classifies one chip; false when there is nothing to see in it.
  private func classify(
    _ chip: ChipIndex, within window: PixelWindow, into part: inout PartWriter
  ) throws -> Bool {
    let layout = bench.plan.shards.chips
    let core = layout.core(of: chip)
    if let region, region.misses(core.outset(by: bench.plan.region?.margin ?? 0)) {
      try part.fill(core, with: .outside)
      return false
    }
    let tiled = try reader.read(layout.window(of: chip))
    let coverage = tiled.coverage(of: core)
    let isSeen = coverage.contains(Coverage.mapped.rawValue)
    if isSeen { countInference() }
    var map = try segmenter.classify(
      tiled.chip, region: coverage.map { $0 == Coverage.outside.rawValue ? 0 : 1 })
    clip(&map)
    try part.add(map)
    return isSeen
  }

  /// Takes classes and coverage away outside the region; probabilities stay, since outlines at the
  /// border are drawn from them.
  private func clip(_ map: inout ClassMap) {
    guard let region, bench.plan.region?.clip == true, !region.contains(map.window) else { return }
    for (index, isInside) in region.mask(of: map.window).enumerated() where isInside == 0 {
      map.classes[index] = ClassMap.nodata
      map.coverage[index] = Coverage.outside.rawValue
    }
  }

  /// Adds one byte to the run's tally; an append is whole whatever happens to the process.
  private func countInference() {
    var byte: UInt8 = 0x2E
    _ = write(tally, &byte, 1)
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
