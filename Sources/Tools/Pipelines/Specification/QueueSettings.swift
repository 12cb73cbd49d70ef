/// `queue:` — how the work is shared out; nothing here changes a pixel.
public struct QueueSettings: Hashable, Sendable {
  /// The side of a shard, in pixels; nil chooses by the size of the run.
  public var shard: Int?
  /// The number of worker processes; nil chooses by the machine.
  public var workers: Int?
  /// How long a worker that was asked to stop may finish what it does.
  public var grace: Duration

  /// Makes settings; what is left out has its default.
  public init(shard: Int? = nil, workers: Int? = nil, grace: Duration = .seconds(25)) {
    self.shard = shard
    self.workers = workers
    self.grace = grace
  }
}

extension QueueSettings: Section {
  static let title = "queue"
  static var fields: [Field<QueueSettings>] {
    [
      Field("shard_px", \.shard, .optional("auto", .whole(512...16_384)), example: "3584"),
      Field("workers", \.workers, .optional("auto", .whole(1...1_024)), example: "4"),
      Field("grace", \.grace, .duration(.seconds(1)...(.seconds(3_600))), example: "25s"),
    ]
  }

  static var defaults: QueueSettings { QueueSettings() }
}
