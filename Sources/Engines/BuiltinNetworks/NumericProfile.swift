import CKernels
import COpenBLAS

/// What decides the bits of a network's results besides the model: runs with equal profiles agree.
public struct NumericProfile: Hashable, Sendable, Codable {
  /// The engine and the version of its arithmetic.
  public var engine: String
  /// OpenBLAS's version and options.
  public var blas: String
  /// The processor family OpenBLAS computes for.
  public var blasCore: String
  /// The instruction set of our own kernels; all sets give equal bits.
  public var instructionSet: String

  /// The profile of the built-in engine on this machine.
  public static var builtin: NumericProfile {
    NumericProfile(
      engine: "builtin 4", blas: String(cString: openblas_get_config()),
      blasCore: String(cString: openblas_get_corename()),
      instructionSet: InstructionSet.widest.rawValue)
  }

  /// The profile of networks that ask nothing of OpenBLAS: they give the same bits on every processor,
  /// whatever OpenBLAS would compute for it.
  var withoutOpenBLAS: NumericProfile {
    var profile = self
    (profile.blas, profile.blasCore) = ("not used", "not used")
    return profile
  }
}
