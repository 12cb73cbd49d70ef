/// Which piece of queue work: a stage of the run and an index within it.
public struct ShardKey: Hashable, Sendable, Codable {
  /// The stage's number; work of a later stage is done before work of an earlier one.
  public var stage: Int
  /// The index within the stage, from 0.
  public var index: Int

  /// Names a piece of work.
  public init(stage: Int, index: Int) {
    self.stage = stage
    self.index = index
  }
}

extension ShardKey: CustomStringConvertible {
  /// The value in words.
  public var description: String { "stage \(stage) shard \(index)" }
}

/// What the queue knows of one shard: a row of the store.
///
/// A record is a plain value. The lawful ways from one to the next are written in `Queueing`; the
/// store saves a record only if nobody else has saved that shard in between (see ``fence``).
public struct ShardRecord: Hashable, Sendable {
  /// Where a shard stands.
  public enum State: Int, Sendable, Codable, CaseIterable {
    /// Waits until other shards have ended.
    case blocked = 0
    /// May be leased.
    case ready = 1
    /// A worker has it.
    case leased = 2
    /// Its output is in the manifest.
    case done = 3
    /// Failed too often; needs a person.
    case setAside = 4
    /// Nothing to do: outside the region, or no picture.
    case skipped = 5
  }

  /// Which shard.
  public let key: ShardKey
  /// How much there is to do, in any unit: the heaviest is begun first, so that workers end together.
  public let weight: Int
  /// Where it stands.
  public var state: State
  /// How many others must end before this one is ready.
  public var waits: Int
  /// Times a worker began it; for information, never a reason to set it aside.
  public var attempts: Int
  /// Times the shard itself made a worker fail.
  public var crashes: Int
  /// Times a worker was killed from outside while it had the shard, most often for memory.
  public var kills: Int
  /// Grows with every transition; whoever holds an old one has lost the shard.
  public var fence: Int
  /// The process id of the worker that has it.
  public var owner: Int?
  /// Why it failed last, at most 2 KiB.
  public var reason: String?
  /// What it gave, once done: chips classified, or outlines traced or written.
  public var madeCount: Int
  /// Chips without a picture or outside the region, once done.
  public var skippedCount: Int
  /// SHA-256 of the decoded pixels that it was made from, hexadecimal; nil for later stages.
  public var inputHash: String?

  /// Makes the record of a shard that nobody has begun.
  public init(key: ShardKey, state: State = .ready, waits: Int = 0, weight: Int = 0) {
    self.key = key
    self.weight = weight
    self.state = state
    self.waits = waits
    (attempts, crashes, kills, fence, madeCount, skippedCount) = (0, 0, 0, 0, 0, 0)
  }
}

/// A file that exists because the manifest says so.
public struct Artifact: Hashable, Sendable, Codable {
  /// The shard that made it.
  public var key: ShardKey
  /// Which of the shard's files, from 0.
  public var part: Int
  /// The path, relative to the run's folder.
  public var path: String
  /// The size in bytes.
  public var bytes: Int
  /// SHA-256 of the file, hexadecimal.
  public var fileHash: String
  /// SHA-256 of the decoded content, hexadecimal.
  public var contentHash: String
  /// Whether the file was deleted since, because what was made of it is committed.
  public var isRetired: Bool

  /// Describes a file.
  public init(
    key: ShardKey, part: Int, path: String, bytes: Int, fileHash: String, contentHash: String,
    isRetired: Bool = false
  ) {
    self.key = key
    self.part = part
    self.path = path
    self.bytes = bytes
    self.fileHash = fileHash
    self.contentHash = contentHash
    self.isRetired = isRetired
  }
}
