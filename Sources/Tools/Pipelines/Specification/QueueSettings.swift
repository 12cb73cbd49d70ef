/// `queue:` — how the work is shared out; nothing here changes a pixel.
public struct QueueSettings: Hashable, Sendable {
  /// The side of a shard, in pixels; nil chooses by the size of the run.
  public var shard: Int?
  /// The number of worker processes; nil chooses by the machine.
  public var workers: Int?
  /// The memory that all processes together may take, in bytes; nil sets no bound.
  public var memory: Int?
  /// How long a worker that was asked to stop may finish what it does.
  public var grace: Duration
  /// How long a worker may give no sign of life before it is ended.
  public var silence: Duration
  /// How long a worker may live and get nowhere before it is ended, at the least.
  public var stall: Duration
  /// The disk space that must stay free, in MB; nil takes twice the largest shard and 256 MB.
  public var reserve: Int?

  /// Makes settings; what is left out has its default.
  public init(
    shard: Int? = nil, workers: Int? = nil, memory: Int? = nil, grace: Duration = .seconds(25),
    silence: Duration = .seconds(60), stall: Duration = .seconds(120), reserve: Int? = nil
  ) {
    self.shard = shard
    self.workers = workers
    self.memory = memory
    self.grace = grace
    self.silence = silence
    self.stall = stall
    self.reserve = reserve
  }
}

extension QueueSettings: Section {
  static let title = "queue"
  static var fields: [Field<QueueSettings>] {
    [
      Field("shard_px", \.shard, .optional("auto", .whole(64...16_384)), example: "3584"),
      Field("workers", \.workers, .optional("auto", .whole(1...1_024)), example: "4"),
      Field("memory", \.memory, .optional("auto", .memory), example: "8GB"),
      Field("grace", \.grace, .duration(.seconds(1)...(.seconds(3_600))), example: "25s"),
      Field("silence", \.silence, .duration(.seconds(3)...(.seconds(3_600))), example: "60s"),
      Field("stall", \.stall, .duration(.seconds(1)...(.seconds(86_400))), example: "120s"),
      Field("reserve_mb", \.reserve, .optional("auto", .whole(0...1_000_000)), example: "512"),
    ]
  }

  static var defaults: QueueSettings { QueueSettings() }
}

extension Rule where Value == Int {
  /// An amount of memory, in bytes.
  static var memory: Rule {
    let expects = "an amount of memory with its unit: MB, GB or TB"
    return Rule(expects: expects) { (node, place) throws(SpecificationError) in
      guard let bytes = node.plain.flatMap(MemorySize.bytes) else {
        throw place.wrong(node, expected: expects)
      }
      return bytes
    } write: {
      .inline($0 % 1_000_000_000 == 0 ? "\($0 / 1_000_000_000)GB" : "\($0 / 1_000_000)MB")
    }
  }
}
