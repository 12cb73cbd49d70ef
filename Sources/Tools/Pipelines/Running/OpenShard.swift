import Checksums
import Foundation
import Grids
import Imagery
import Inference
import Mosaicking
import ShardStores

/// A shard while a worker has it: the part that it becomes, and what is known of it so far.
final class OpenShard {
  let order: WorkOrder
  /// When it was begun.
  let start = ContinuousClock.now
  /// Where the part is written, relative to the run's folder.
  let staged: String
  let classifier: ShardClassifier
  var outcome = ShardOutcome()
  private let name: String
  private let part: OpenPart

  /// Begins a part.
  init(
    _ order: WorkOrder, at bench: Workbench, _ reader: ShardReader, _ segmenter: Segmenter
  ) throws {
    self.order = order
    let (plan, shard) = (bench.plan, bench.span[order.key.index])
    var staged = bench.staging(order, ".tif")
    var name = plan.partPath(of: shard)
    #if CHAOS
      if Sabotage.isNaive { (staged, name) = Sabotage.sameName(as: name) }
      Sabotage.poison(order.key, batch: order.batch)
    #endif
    (self.staged, self.name) = (staged, name)
    let part = OpenPart(
      try PartWriter(
        creating: bench.folder.file(staged).path, window: bench.span.window(of: order.key.index),
        grid: plan.grid, layers: bench.layers))
    self.part = part
    classifier = ShardClassifier(order.key.index, of: plan, reader, segmenter) { chip, map in
      guard var map else {
        return try part.writer?.fill(plan.shards.chips.core(of: chip), with: .outside) ?? ()
      }
      reader.clip(&map)
      try part.writer?.add(map)
    }
  }

  /// Ends the part, which is read back and compared, and leaves it in staging.
  func finish(at bench: Workbench) throws -> ShardOutcome {
    let hash = try part.finish()
    outcome.files = [
      try Publisher(folder: bench.folder).stage(staged, as: name, content: hash)
    ]
    return outcome
  }
}

/// A box around a part, so that maps can be added from elsewhere.
private final class OpenPart {
  var writer: PartWriter?

  init(_ writer: consuming PartWriter) { self.writer = consume writer }

  func finish() throws -> ContentHash {
    guard let writer = writer.take() else { preconditionFailure("a part is ended once") }
    #if CHAOS
      if Sabotage.isNaive { return try writer.finishUnread() }
    #endif
    return try writer.finish()
  }
}
