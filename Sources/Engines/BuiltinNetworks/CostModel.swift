/// What a step does, as it is computed: tiles need fewer operations than the graph asks for.
public struct Effort: Hashable, Sendable {
  /// Floating-point operations, or those of bytes, a multiplication and an addition counting two.
  public var operations: Int
  /// Values of pictures and weights that are read and written, each counted once; those that are
  /// transformed on the way, too.
  public var values: Int

  /// Names what is done.
  public init(operations: Int, values: Int) {
    (self.operations, self.values) = (operations, values)
  }
}

/// How long a network takes, reckoned and not tried.
///
/// A kernel of each kind spends a share of the core's peak on its operations, and some time on each
/// value that it moves; both are told in operations of the peak, so that a core is known by one
/// number. The table was fitted to nine networks, three of them in bytes, with chips of 256, 512 and
/// 1,024 px on a Xeon with AVX-512: sums were then within 15 % of what was measured, single steps
/// by much more. `benchmarks/engine.md` shows both for today's networks.
public struct CostModel: Sendable {
  /// What a core gives, in 10⁹ operations a second.
  public var gflops: Double

  /// Reckons for a core that gives so much.
  public init(gflops: Double) { self.gflops = gflops }

  /// Operations of the peak that a kernel takes for an operation and for a value.
  private struct Rate {
    var operation: Double
    var value: Double
  }

  /// By the kernels' names; a few rare ones are like the others.
  private static let rates: [String: Rate] = [
    "tiles": Rate(operation: 1.35, value: 30), "product": Rate(operation: 1.24, value: 34),
    "pointwise": Rate(operation: 1.06, value: 21), "depthwise": Rate(operation: 5, value: 13),
    "channelproduct": Rate(operation: 1, value: 82), "attention": Rate(operation: 1.5, value: 24),
    "pooling": Rate(operation: 0, value: 50), "resize": Rate(operation: 0, value: 50),
    "resizedsum": Rate(operation: 0, value: 110), "softmax": Rate(operation: 0, value: 100),
    "channelnormalization": Rate(operation: 0, value: 73),
    "viewcopy": Rate(operation: 0, value: 0),
    "byteconvolution": Rate(operation: 0.257, value: 47),
    "bytepooling": Rate(operation: 0, value: 65), "byteresize": Rate(operation: 0, value: 75),
    "bytesum": Rate(operation: 0, value: 38), "packing": Rate(operation: 0, value: 245),
  ]
  private static let usual = Rate(operation: 1.3, value: 60)

  /// Processor seconds of a step.
  public func seconds(of step: PlanReport.Step) -> Double {
    let rate = Self.rates[step.kernel] ?? Self.usual
    let operations =
      rate.operation * Double(step.effort.operations) + rate.value * Double(step.effort.values)
    return operations / (gflops * 1e9)
  }

  /// Processor seconds of one run of a plan.
  public func seconds(of report: PlanReport) -> Double {
    report.steps.reduce(0) { $0 + seconds(of: $1) }
  }
}
