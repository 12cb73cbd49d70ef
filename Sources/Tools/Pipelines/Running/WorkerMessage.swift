import Foundation
import ShardStores

// What coordinator and workers say to each other: one JSON object a line, over the worker's standard
// input and output. A worker's standard input that ends means that the coordinator is gone.

/// What a coordinator tells a worker.
enum CoordinatorMessage: Codable, Sendable {
  /// Do a shard. `inputs` are the files it is made from, relative to the run's folder.
  case work(WorkOrder)
  /// Finish the shard if that takes no longer than this, else hand it back.
  case drain(withinSeconds: Double)
}

/// One shard to do.
struct WorkOrder: Codable, Sendable {
  var key: ShardKey
  /// The lease's fence; part of the staging files' names, so that two attempts never share one.
  var fence: Int
  /// The files made by earlier stages that this shard reads, by their shard's index.
  var inputs: [WorkInput]
}

/// A committed file of an earlier stage.
struct WorkInput: Codable, Sendable {
  var index: Int
  var path: String
}

/// What a worker tells its coordinator.
enum WorkerMessage: Codable, Sendable {
  /// The worker is ready for its first shard.
  case ready(peakMemory: Int64)
  /// Chips looked at since the last message.
  case progress(mapped: Int, skipped: Int)
  /// A shard's files lie in staging, complete, verified and flushed.
  case done(ShardOutcome)
  /// The shard was handed back, because the worker was told to drain.
  case gaveBack
  /// The shard cannot be done.
  case failed(WorkFailure)
}

/// What a worker made of a shard.
struct ShardOutcome: Codable, Sendable {
  var files: [StagedFile] = []
  var chipsMapped = 0
  var chipsSkipped = 0
  var peakMemory: Int64 = 0
  var cpuSeconds = 0.0
}

/// A finished file that waits in staging to be given its name.
struct StagedFile: Codable, Sendable {
  /// Where it lies, relative to the run's folder.
  var staging: String
  /// What it is to be called, relative to the run's folder.
  var path: String
  var bytes: Int
  var fileHash: String
  var contentHash: String
}

/// Why a shard could not be done.
struct WorkFailure: Codable, Sendable, Error {
  enum Kind: String, Codable, Sendable {
    /// The shard itself: its input, its model, or a bug.
    case shard
    /// The disk is full or cannot be written; never the shard's fault.
    case outOfSpace
  }
  var kind: Kind
  var text: String
}

/// Lines of JSON, whole lines only, however the pipe cuts them.
struct LineBuffer {
  private var pending = Data()

  /// Adds what was read and returns the lines that are complete.
  mutating func append(_ bytes: UnsafeRawBufferPointer) -> [Data] {
    pending.append(contentsOf: bytes)
    var lines: [Data] = []
    while let end = pending.firstIndex(of: 0x0A) {
      lines.append(Data(pending[pending.startIndex..<end]))
      pending.removeSubrange(pending.startIndex...end)
    }
    return lines
  }
}
