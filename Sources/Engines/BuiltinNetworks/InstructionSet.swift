import CKernels

/// What our own kernels are compiled for; all sets give equal bits.
public enum InstructionSet: String, CaseIterable, Sendable {
  /// Any machine.
  case portable
  /// x86-64 with AVX2 and FMA.
  case avx2
  /// x86-64 with AVX-512 F, BW, DQ and VL.
  case avx512

  /// The sets that this processor has, the widest last.
  public static var available: [InstructionSet] { tables.keys.sorted { $0.width < $1.width } }

  /// The widest set that this processor has.
  public static var widest: InstructionSet { available.last ?? .portable }

  /// The kernels for the set, or the widest that this processor has instead.
  var kernels: mw_kernels { (Self.tables[self] ?? mw_best_kernels()).pointee }

  private var width: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  private static var tables: [InstructionSet: UnsafePointer<mw_kernels>] {
    var pointers = [UnsafePointer<mw_kernels>?](repeating: nil, count: Self.allCases.count)
    let count = Int(mw_all_kernels(&pointers))
    return pointers.prefix(count).reduce(into: [:]) { tables, pointer in
      guard let pointer, let set = InstructionSet(rawValue: String(cString: pointer.pointee.name))
      else { return }
      tables[set] = pointer
    }
  }
}
