/// How many workers run at a time, and how large a batch they get, as the memory permits.
///
/// A worker that was killed for memory shows that something must become smaller. First it is the
/// shard's batch, which halves with every kill; at a batch of one it is the number of workers, which
/// halves; a single worker with a batch of one is as small as it gets, and its death is the shard's
/// own. Neither changes a bit of the result.
public struct Staffing: Hashable, Sendable {
  /// Shards done in a row after which one more worker is tried.
  public static let calm = 16

  /// What a death for memory means.
  public enum Consequence: Hashable, Sendable {
    /// The shard is tried again, with less.
    case again
    /// There is nothing left to take away: the shard is to blame.
    case crash
  }

  /// The workers asked for.
  public let wanted: Int
  /// The workers that may run now.
  public private(set) var allowed: Int
  private var doneInRow = 0

  /// Begins with all the workers asked for.
  public init(wanted: Int) { (self.wanted, allowed) = (wanted, wanted) }

  /// The batch of a shard that was killed so many times.
  public static func batch(of configured: Int, kills: Int) -> Int {
    max(1, configured >> min(kills, 30))
  }

  /// A worker was killed for memory.
  ///
  /// - Parameters:
  ///   - batch: The batch it worked with.
  ///   - others: How many other workers had a shard.
  public mutating func killedForMemory(batch: Int, others: Int) -> Consequence {
    doneInRow = 0
    if batch > 1 { return .again }
    guard allowed > 1 else { return others == 0 ? .crash : .again }
    allowed /= 2
    return .again
  }

  /// A shard was done.
  public mutating func shardDone() {
    doneInRow += 1
    guard doneInRow >= Self.calm, allowed < wanted else { return }
    doneInRow = 0
    allowed += 1
  }
}
