/// What decides the bits of a network's results besides the model: runs with equal profiles agree.
public struct NumericProfile: Hashable, Sendable, Codable {
  /// The engine and the version of its arithmetic.
  public var engine: String
  /// OpenBLAS's version and options.
  public var blas: String
  /// The processor family OpenBLAS computes for.
  public var blasCore: String
  /// What the processor offers; all that our own kernels are compiled for give equal bits.
  public var instructionSet: String
  /// The device of an engine that knows several, and what it calls itself.
  public var device: String?
  /// The numbers that an engine computes in that knows several.
  public var precision: String?

  /// Makes a profile.
  public init(
    engine: String, blas: String, blasCore: String, instructionSet: String, device: String? = nil,
    precision: String? = nil
  ) {
    self.engine = engine
    self.blas = blas
    self.blasCore = blasCore
    self.instructionSet = instructionSet
    self.device = device
    self.precision = precision
  }
}
