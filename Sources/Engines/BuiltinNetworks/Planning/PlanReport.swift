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
  /// Seconds of a whole call: the steps, and copying the picture in and the map out; nil where it was
  /// not measured.
  public var callSeconds: Double?

  /// Seconds of all steps; infinite where they were not measured.
  public var stepSeconds: Double { steps.reduce(0) { $0 + ($1.seconds ?? .infinity) } }
}

extension BuiltinNetwork {
  /// The compiled plan for an input shape.
  ///
  /// - Parameters:
  ///   - shape: The input's shape `[N, C, H, W]`.
  ///   - rounds: How often a whole call, and then step after step, is run on zeros to be timed: the
  ///     quickest of each counts; 0 leaves times out.
  ///   - clock: Seconds of processor time.
  /// - Throws: ``NetworkError/cannotTake(shape:reason:)`` for a shape that does not fit.
  public func planReport(
    for shape: Shape, rounds: Int = 0, clock: () -> Double = { 0 }
  ) throws(NetworkError) -> PlanReport {
    let plan = try plan(for: shape)
    var report = PlanReport(steps: plan.description, workingBytes: plan.bytes)
    guard rounds > 0 else { return report }
    let input = [Float](repeating: 0, count: shape.count)
    var output = [Float](repeating: 0, count: try outputShape(for: shape).count)
    for round in 0...rounds {
      let start = clock()
      var span = output.mutableSpan
      try run(input.span, shape: shape, into: &span)
      let seconds = clock() - start
      // The first finds nothing in the caches.
      if round == 0 { continue }
      report.callSeconds = min(report.callSeconds ?? seconds, seconds)
      let steps = plan.stepSeconds(clock)
      guard steps.reduce(0, +) < report.stepSeconds else { continue }
      for index in report.steps.indices { report.steps[index].seconds = steps[index] }
    }
    return report
  }
}

extension Plan {
  /// Seconds of each step in one run, without those that looking at the clock takes.
  fileprivate func stepSeconds(_ clock: () -> Double) -> [Double] {
    let start = clock()
    for _ in 0..<1000 { _ = clock() }
    let look = (clock() - start) / 1001
    var sums = [Double](repeating: 0, count: stepCount)
    eachTask { step, task in
      let start = clock()
      task()
      sums[step] += clock() - start - look
    }
    return sums
  }
}
