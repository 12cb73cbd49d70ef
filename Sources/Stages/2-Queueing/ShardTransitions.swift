public import ShardStores

// The life of a shard, as pure functions from one record to the next.
//
//                lease                    finish
//     ready ───────────────▶ leased ─────────────────▶ done
//       ▲  ▲                   │
//       │  └───── give back ───┤ crash, kill: while some are left
//       │                      └──────────────────────▶ set aside
//   blocked (until the shards it waits for have ended)
//
// Every step adds one to the fence. A step that does not fit the record's state gives nil: whoever
// asked for it has lost the shard, and what it made is thrown away.

extension ShardRecord {
  /// The crashes of a shard itself after which it is set aside.
  public static let crashLimit = 3
  /// The kills from outside after which a shard is set aside as too large for the machine.
  public static let killLimit = 10

  /// The record once a worker has the shard.
  public func leased(by owner: Int) -> ShardRecord? {
    step(from: .ready, to: .leased) {
      $0.attempts += 1
      $0.owner = owner
    }
  }

  /// The record once the shard's output is in the manifest.
  public func finished(chipsMapped: Int, chipsSkipped: Int) -> ShardRecord? {
    step(from: .leased, to: .done) {
      $0.chipsMapped = chipsMapped
      $0.chipsSkipped = chipsSkipped
      $0.reason = nil
    }
  }

  /// The record after the shard itself made its worker fail.
  public func crashed(because reason: String) -> ShardRecord? {
    let isLast = crashes + 1 >= Self.crashLimit
    return step(from: .leased, to: isLast ? .setAside : .ready) {
      $0.crashes += 1
      $0.reason = Self.clipped(reason)
    }
  }

  /// The record after the worker was killed from outside.
  public func killed(because reason: String) -> ShardRecord? {
    let isLast = kills + 1 >= Self.killLimit
    return step(from: .leased, to: isLast ? .setAside : .ready) {
      $0.kills += 1
      $0.reason = Self.clipped(reason)
    }
  }

  /// The record after a worker or a coordinator ended without fault of the shard.
  public func givenBack() -> ShardRecord? { step(from: .leased, to: .ready) { _ in } }

  /// The record when a person wants a shard that was set aside tried again.
  public func retried() -> ShardRecord? {
    step(from: .setAside, to: .ready) {
      $0.crashes = 0
      $0.kills = 0
    }
  }

  /// Whether nothing more will happen to the shard by itself.
  public var hasEnded: Bool { state == .done || state == .setAside || state == .skipped }

  private func step(from: State, to: State, _ change: (inout ShardRecord) -> Void) -> ShardRecord? {
    guard state == from else { return nil }
    var next = self
    next.state = to
    next.fence += 1
    next.owner = nil
    change(&next)
    return next
  }

  private static func clipped(_ reason: String) -> String {
    String(decoding: reason.utf8.prefix(2048), as: UTF8.self)
  }
}
