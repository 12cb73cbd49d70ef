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
///
/// A network that computes while chips are read shall not stand still between two shards. So the next
/// order is asked for in time, and if it is there when a shard's chips have all been shown, that
/// shard's last maps come while the next one's chips are read (decision 56).
final class InferenceBench {
  private unowned let bench: Workbench
  private let reader: ShardReader
  private let network: any Network
  private var segmenter: Segmenter
  /// The batch that the segmenter was asked for, of which it takes as much as the network does.
  private var batch = 1
  private let tally: Int32
  /// The shards under way, two at most: one that waits for its last maps, and the one that is read.
  private var shards: [OpenShard] = []

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

  /// Makes a shard's part: cuts it from an earlier map where that holds it, else classifies; and ends
  /// the part that was left open.
  ///
  /// - Throws: ``HandedBack`` when the run is being stopped and the shard would take too long, or when
  ///   the shard before has failed, which is then told.
  func perform(_ order: WorkOrder) throws {
    let start = ContinuousClock.now
    if let outcome = try restored(order) {
      return bench.tell(of: order.key, outcome, since: start)
    }
    do { try classify(order) } catch {
      defer { shards = [] }
      guard let earlier = shards.first, earlier.order.key != order.key else { throw error }
      try settle(earlier, after: error)
      throw error
    }
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

  private func classify(_ order: WorkOrder) throws {
    let (plan, number) = (bench.plan, order.key.index)
    if order.batch != batch {
      batch = order.batch
      segmenter = try Self.segmenter(for: plan, network, batch: order.batch)
    }
    try reader.checkSources(of: number)
    _ = reader.takeHash()
    let shard = try OpenShard(order, at: bench, reader, segmenter)
    shards.append(shard)
    let looksAhead = segmenter.isOverlapping && plan.blend == nil
    try shard.classifier.show { done, count in
      try handBackIfNeeded(done: done, of: count, since: shard.start, staged: shard.staged)
      // In time for the answer to come before the network has nothing to do.
      if looksAhead, done == max(0, count - segmenter.batch - 2) { bench.send(.looksAhead) }
    } isDone: { chip, isMapped in
      count(chip, isMapped: isMapped, of: number, in: &shard.outcome)
    } hand: {
      try hand($0)
    }
    try reader.checkSources(of: number)
    shard.outcome.inputHash = reader.takeHash()
    guard looksAhead, shards.count == 1, shard.classifier.awaitsMaps,
      let next = bench.mailbox.peek(), next.key.stage == order.key.stage,
      next.batch == order.batch, next.expected == nil
    else { return try finishAll() }
  }

  /// Hands maps on to the shards they are of, and ends the one before as soon as it has all of its own.
  private func hand(_ maps: [ClassMap]) throws {
    for map in maps {
      guard let shard = shards.first(where: \.classifier.awaitsMaps) else { return }
      do {
        try shard.classifier.take(map)
        if shard !== shards.last, !shard.classifier.awaitsMaps { try finish(shard) }
      } catch {
        throw shard === shards.last ? error : EarlierFailure(cause: error)
      }
    }
  }

  /// Ends all shards under way.
  private func finishAll() throws {
    if shards.isEmpty { return }
    try hand(segmenter.finish())
    for shard in shards { try finish(shard) }
  }

  private func finish(_ shard: OpenShard) throws {
    let outcome = try shard.finish(at: bench)
    shards.removeAll { $0 === shard }
    bench.tell(of: shard.order.key, outcome, since: shard.start)
  }

  /// Ends or gives up the shard before, when the work on its successor has come to an end.
  ///
  /// - Throws: ``HandedBack`` where the earlier one was to blame.
  private func settle(_ earlier: OpenShard, after error: any Error) throws {
    let ownCause: (any Error)? =
      switch error {
      case let failure as EarlierFailure: failure.cause
      case SegmentationError.notANumber(let window) where earlier.classifier.awaits(window): error
      default: nil
      }
    if let ownCause {
      bench.send(.failed(earlier.order.key, bench.failure(of: ownCause, in: earlier.order)))
      throw HandedBack()
    }
    guard error is HandedBack else { return bench.send(.gaveBack(earlier.order.key)) }
    shards = [earlier]
    do { try finishAll() } catch {
      bench.send(.failed(earlier.order.key, bench.failure(of: error, in: earlier.order)))
    }
  }

  /// Counts a chip: in the outcome, in the beat, and, if it is classified, in the run's tally.
  ///
  /// An append is whole whatever happens to the process. Chips around the shard are another's, and those
  /// beyond region and scenes were not planned.
  private func count(
    _ chip: ChipIndex, isMapped: Bool?, of number: Int, in outcome: inout ShardOutcome
  ) {
    guard let isMapped,
      bench.plan.shards.chips.core(of: chip).intersects(bench.span.window(of: number))
    else { return bench.heartbeat.step() }
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

/// What an earlier shard fails of while another is read.
private struct EarlierFailure: Error {
  let cause: any Error
}
