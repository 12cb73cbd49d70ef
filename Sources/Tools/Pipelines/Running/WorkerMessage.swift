import Foundation
import ShardStores

// What coordinator and workers say to each other: one JSON object a line, over the worker's standard
// input and output. A worker's standard input that ends means that the coordinator is gone.

/// What a coordinator tells a worker.
enum CoordinatorMessage: Codable, Sendable {
  /// Do a shard. `inputs` are the files it is made from, relative to the run's folder.
  case work(WorkOrder)
  /// The query strings that files on the net are asked for with; told first, where there are any.
  case signatures([String: String])
  /// Finish the shard if that takes no longer than this, else hand it back.
  case drain(withinSeconds: Double)
}

/// One shard to do.
struct WorkOrder: Codable, Sendable {
  var key: ShardKey
  /// The lease's fence; part of the staging files' names, so that two attempts never share one.
  var fence: Int
  /// How many chips to give the network at once.
  var batch: Int
  /// The content that the shard gave when it was done before, if it was.
  var expected: String?
  /// The files made by earlier stages that this shard reads, by their shard's index.
  var inputs: [WorkInput]
}

/// A committed file of an earlier stage.
struct WorkInput: Codable, Sendable {
  var index: Int
  var path: String
  /// SHA-256 of the file, as committed.
  var hash: String
}

/// What a worker tells its coordinator.
enum WorkerMessage: Codable, Sendable {
  /// The worker is ready for its first shard.
  case ready(peakMemory: Int64)
  /// The worker lives.
  case beat(Beat)
  /// All chips of the shard will soon have been shown to the network, which could then begin with the next.
  case looksAhead
  /// A shard's files lie in staging, complete, verified and flushed.
  case done(ShardKey, ShardOutcome)
  /// The shard was handed back, because the worker was told to drain, or another has failed it.
  case gaveBack(ShardKey)
  /// The shard cannot be done; nil where the worker cannot even begin.
  case failed(ShardKey?, WorkFailure)
}

/// What a worker has done since its process began.
struct Beat: Codable, Sendable {
  /// Pieces of work: chips, rows of blocks, outlines.
  var steps = 0
  /// Chips classified.
  var mapped = 0
  /// Chips without a picture or outside the region.
  var skipped = 0
}

/// What a worker made of a shard.
struct ShardOutcome: Codable, Sendable {
  var files: [StagedFile] = []
  /// Chips classified, or outlines traced or written.
  var made = 0
  /// Chips without a picture or outside the region.
  var skipped = 0
  /// SHA-256 of the decoded pixels that the shard was made from.
  var inputHash: String?
  /// Whether it was cut from the map, not made.
  var isRestored = false
  /// The most memory that the worker ever had, in bytes.
  var peakMemory: Int64 = 0
  /// Time that the worker had the shard, in s.
  var seconds = 0.0
  /// Time that the shard took on processors, in s.
  var cpuSeconds = 0.0
  /// Bytes that the worker read for it; nil where the kernel does not count them.
  var bytesRead: Int?
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
    /// A full disk, scenes that are gone: no shard is to blame, and the run stops.
    case run
    /// The system refused something that it may grant the next time; the shard is tried again.
    case system
    /// A file of an earlier stage is not what was committed.
    case damaged
  }
  var kind: Kind
  var text: String
  /// The work whose file is damaged.
  var culprit: ShardKey?
  /// How the command ends, if it ends for this.
  var status: ExitStatus = .cannotWrite
}

extension WorkFailure: CustomStringConvertible {
  /// What the error said where it happened.
  var description: String { text }
}

/// Lines of JSON, whole lines only, however the pipe cuts them.
struct LineBuffer {
  private var pending = Data()

  /// Adds what was read and returns the lines that are complete.
  mutating func append(_ bytes: UnsafeRawBufferPointer) -> [Data] {
    var lines: [Data] = []
    var rest = bytes[...]
    while let end = rest.firstIndex(of: 0x0A) {
      pending.append(contentsOf: rest[..<end])
      lines.append(pending)
      pending = Data()
      rest = rest[(end + 1)...]
    }
    pending.append(contentsOf: rest)
    return lines
  }
}
