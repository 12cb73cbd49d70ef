import CKernels

/// What one core of this machine can do at most: the two lines of a roofline.
///
/// Source: S. Williams, A. Waterman, D. Patterson, "Roofline: an insightful visual performance model
/// for multicore architectures", Communications of the ACM 52 (4), 2009.
public struct MachinePeak: Sendable, Codable {
  /// Fused multiply-adds of floats, two operations each, in 10⁹ operations a second.
  public var gflops: Double
  /// Reading memory that is in no cache, in 10⁹ bytes a second.
  public var gigabytesPerSecond: Double

  /// Measures, in about a quarter of a second: the best of several short tries, in processor time.
  ///
  /// - Parameter clock: Seconds of processor time.
  public init(_ instructionSet: InstructionSet? = nil, clock: () -> Double) {
    let kernels = (instructionSet ?? .widest).kernels
    gflops = Self.multiplyAddRates(20, kernels, clock: clock).max() ?? 0
    let count = 16 << 20
    let memory = UnsafeMutablePointer<Float>.allocate(capacity: count)
    memory.initialize(repeating: 1, count: count)
    let rates = (0..<5).map { _ in
      let start = clock()
      memory[0] += kernels.read_f32?(memory, Int64(count)) ?? 0
      return Double(4 * count) / (clock() - start) / 1e9
    }
    memory.deallocate()
    gigabytesPerSecond = rates.max() ?? 0
  }
  /// What a core gives at this moment, in 10⁹ operations a second.
  ///
  /// The median of the last tries in half a second: a processor that has not seen wide vectors for a while may
  /// give half of it for a fifth of a second. Less than the peak means that others use the core, or that it runs slower.
  ///
  /// - Parameter clock: Seconds of processor time.
  public static func currentGflops(
    _ instructionSet: InstructionSet? = nil, clock: () -> Double
  ) -> Double {
    let (kernels, start) = ((instructionSet ?? .widest).kernels, clock())
    var rates: [Double] = []
    while clock() - start < 0.5 { rates += multiplyAddRates(9, kernels, clock: clock) }
    let settled = rates.suffix(max(9, rates.count / 4)).sorted()
    return settled[settled.count / 2]
  }

  private static func multiplyAddRates(
    _ tries: Int, _ kernels: mw_kernels, clock: () -> Double
  ) -> [Double] {
    var value: Float = 0.5
    return (0..<tries).map { _ in
      let start = clock()
      let count = kernels.multiply_add_f32?(100_000, &value) ?? 0
      return Double(2 * count) / (clock() - start) / 1e9
    }
  }
}
