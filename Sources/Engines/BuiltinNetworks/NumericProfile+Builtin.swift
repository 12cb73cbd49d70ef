import CKernels
import COpenBLAS
public import Tensors

extension NumericProfile {
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
