/// How long the latest steps of each stage took, and so how long one may take before it hangs.
public struct StepTimes: Sendable {
  /// How many times the median of its stage a step may take.
  public static let factor = 20
  private static let memory = 64

  private var latest: [Int: [Duration]] = [:]

  /// Begins without any.
  public init() {}

  /// Remembers how long a step of a stage took.
  public mutating func add(_ time: Duration, stage: Int) {
    latest[stage, default: []].append(time)
    if latest[stage, default: []].count > Self.memory { latest[stage]?.removeFirst() }
  }

  /// How long a worker may take no step: the given time, or longer where steps of the stage are slow.
  public func stall(of stage: Int, atLeast least: Duration) -> Duration {
    guard let times = latest[stage]?.sorted() else { return least }
    return max(least, times[times.count / 2] * Self.factor)
  }
}
