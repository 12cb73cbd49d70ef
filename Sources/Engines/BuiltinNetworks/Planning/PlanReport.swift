public import Tensors

/// What a network does for one input shape, step by step: the compiled plan, to be printed.
public struct PlanReport: Sendable {
  /// One operator as it runs.
  public struct Step: Sendable {
    /// The stage it belongs to; operators of one stage run in turns, band by band.
    public var stage: Int
    /// The node's name and operator.
    public var label: String
    /// The way it is computed.
    public var kernel: String
    /// The shape of its output.
    public var shape: Shape
    /// Into how many bands it is cut.
    public var bands: Int
    /// The rows of its output that are kept at a time; all of them where others read them later.
    public var keptRows: Int
    /// Floating-point operations, a multiplication and an addition counting two.
    public var operationCount: Int
    /// Bytes of pictures read and written and of weights, each counted once.
    public var bytes: Int
    /// What is really done.
    public var effort: Effort
    /// Seconds of one run; nil where it was not measured.
    public var seconds: Double?
  }

  /// The operators in the order in which they first run.
  public var steps: [Step]
  /// The working memory, in bytes.
  public var workingBytes: Int
}

extension BuiltinNetwork {
  /// The compiled plan for an input shape.
  ///
  /// - Parameters:
  ///   - shape: The input's shape `[N, C, H, W]`.
  ///   - rounds: How often every step is run to be timed, on zeros; 0 leaves times out.
  ///   - clock: Seconds of processor time.
  /// - Throws: ``NetworkError/cannotTake(shape:reason:)`` for a shape that does not fit.
  public func planReport(
    for shape: Shape, rounds: Int = 0, clock: () -> Double = { 0 }
  ) throws(NetworkError) -> PlanReport {
    let plan = try plan(for: shape)
    var steps = plan.description
    if rounds > 0 {
      let seconds = plan.timed(rounds: rounds, clock: clock)
      for index in steps.indices { steps[index].seconds = seconds[index] }
    }
    return PlanReport(steps: steps, workingBytes: plan.bytes)
  }
}

extension Plan {
  /// Processor seconds of each step in one run: the least of several.
  func timed(rounds: Int, clock: () -> Double) -> [Double] {
    var best = [Double](repeating: .infinity, count: stepCount)
    run()
    for _ in 0..<rounds {
      var sums = [Double](repeating: 0, count: stepCount)
      eachTask { step, task in
        let start = clock()
        task()
        sums[step] += clock() - start
      }
      for step in sums.indices { best[step] = min(best[step], sums[step]) }
    }
    return best
  }
}
