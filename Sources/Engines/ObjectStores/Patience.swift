/// How often a request is repeated, and how long an answer is waited for.
public struct Patience: Hashable, Sendable {
  /// How often a request is made at most.
  public var attempts = 8
  /// The longest pause before the second attempt, in seconds; before each further one twice as long.
  public var firstPause = 0.25
  /// No pause is longer, in seconds.
  public var longestPause = 20.0
  /// Seconds that a connection may take to come about.
  public var connectSeconds = 10
  /// Seconds with fewer than 1,000 bytes each, after which a connection counts as broken.
  ///
  /// There is no limit on a transfer as a whole: a large file over a slow line is no fault.
  public var stallSeconds = 30

  /// The usual patience: fifteen seconds of pauses, on the average.
  public init() {}

  /// Seconds to wait before an attempt: anything up to a bound that doubles each time ("full jitter").
  ///
  /// A thousand tasks that were refused together come back one by one.
  /// - Parameters:
  ///   - attempt: The attempt to come; the first is 1.
  ///   - chance: A random number from 0 up to 1.
  func pause(before attempt: Int, chance: Double) -> Double {
    var bound = firstPause
    for _ in 0..<max(0, attempt - 2) where bound < longestPause { bound *= 2 }
    return min(bound, longestPause) * chance
  }
}
