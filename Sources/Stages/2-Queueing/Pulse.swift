/// Whether a worker lives and gets on, told from its beats.
///
/// A worker beats from a thread that computes nothing, and says with each beat how many steps (chips,
/// rows of blocks, outlines) it has done since it began. No beats: the process is stopped, or hangs
/// in the system. Beats without steps: the work hangs. Time is an argument, so that a test passes an
/// hour in no time: what has passed since some beginning, not counting the machine's own sleep.
public struct Pulse: Sendable {
  /// What a worker may not exceed.
  public struct Limits: Hashable, Sendable {
    /// How long a worker may say nothing.
    public var silence: Duration
    /// How long it may say that it lives and take no step.
    public var stall: Duration

    /// Sets both.
    public init(silence: Duration, stall: Duration) {
      self.silence = silence
      self.stall = stall
    }
  }

  /// What is to be thought of a worker.
  public enum Verdict: Hashable, Sendable {
    /// It beats, and works or waits for work.
    case well
    /// It has not beaten for too long.
    case silent(Duration)
    /// It beats, and has taken no step for too long.
    case stalled(Duration)
  }

  private var lastBeat: Duration
  private var lastStep: Duration
  private var steps = 0

  /// Begins with a worker that was just started.
  public init(startedAt now: Duration) { (lastBeat, lastStep) = (now, now) }

  /// Takes in a beat.
  ///
  /// - Parameter steps: Those since the worker began.
  /// - Returns: How long a step took; nil when there was none since the last beat.
  public mutating func beat(steps: Int, at now: Duration) -> Duration? {
    lastBeat = max(lastBeat, now)
    let count = steps - self.steps
    guard count > 0 else { return nil }
    defer { (self.steps, lastStep) = (steps, now) }
    return (now - lastStep) / count
  }

  /// Begins anew: the worker was given work, or whoever measures was asleep.
  public mutating func restart(at now: Duration) { (lastBeat, lastStep) = (now, now) }

  /// Judges the worker.
  ///
  /// - Parameters:
  ///   - isWorking: Whether it has a shard; one that waits takes no steps.
  ///   - limits: What it may not exceed.
  public func verdict(at now: Duration, isWorking: Bool, limits: Limits) -> Verdict {
    if now - lastBeat > limits.silence { return .silent(now - lastBeat) }
    if isWorking, now - lastStep > limits.stall { return .stalled(now - lastStep) }
    return .well
  }
}
