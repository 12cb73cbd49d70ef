public import ShardStores

// The life of a shard, as pure functions from one record to the next.
//
//                lease                    finish
//     ready ───────────────▶ leased ─────────────────▶ done
//       ▲  ▲                   │                         │ its file is damaged: ready again
//       │  └───── give back ───┤ crash, kill: while some are left
//       │                      └──────────────────────▶ set aside
//   blocked (until the shards it waits for have ended)
//
// Every step adds one to the fence. A step that does not fit the record's state gives nil: whoever
// asked for it has lost the shard, and what it made is thrown away.

extension ShardRecord {
  /// The crashes of a shard itself after which it is set aside.
  public static let crashLimit = 3
  /// The kills after which a shard is set aside, so that no run lasts for ever.
  ///
  /// Far more than a memory killer needs to get its way (each kill makes the batch smaller or the
  /// workers fewer), and more than a person or a test will send to one shard.
  public static let killLimit = 100

  /// The record once a worker has the shard.
  public func leased(by owner: Int) -> ShardRecord? {
    step(from: .ready, to: .leased) {
      $0.attempts += 1
      $0.owner = owner
    }
  }

  /// The record once the shard's output is in the manifest.
  ///
  /// - Parameters:
  ///   - made: Chips classified, or outlines traced or written.
  ///   - skipped: Planned chips that turned out to hold no picture.
  ///   - inputHash: The hash of the decoded pixels it was made from.
  public func finished(made: Int, skipped: Int, inputHash: String? = nil) -> ShardRecord? {
    step(from: .leased, to: .done) {
      $0.madeCount = made
      $0.skippedCount = skipped
      $0.inputHash = inputHash
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

  /// The record after the worker was killed, for memory or from outside.
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

  /// The record when the shard's files turn out to be lost or damaged.
  public func undone() -> ShardRecord? { step(from: .done, to: .ready) { _ in } }

  /// The record when one more shard must end before this one can begin.
  public func heldUp() -> ShardRecord? {
    guard state == .ready || state == .leased || state == .blocked else { return nil }
    return step(from: state, to: .blocked) { $0.waits += 1 }
  }

  /// Whether a worker has failed or died with it.
  public var hasFailed: Bool { crashes > 0 || kills > 0 }

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
