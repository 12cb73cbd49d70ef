public import Grids
import Polygons

/// Names footprints and centrelines by their grid and canonical pixel, the same in every run on the same grid.
public struct FootprintNaming: Hashable, Sendable {
  private let grid: String

  /// Names footprints on a grid.
  public init(grid: RunGrid) {
    var hash = FowlerNollVoHash()
    hash.add(Array((grid.crs.code ?? grid.crs.wkt).utf8))
    for number in grid.transform.coefficients {
      // A negative zero is the same number.
      let bits = (number == 0 ? 0 : number).bitPattern
      hash.add((0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) })
    }
    self.grid = hash.text
  }

  /// The name of a footprint: eight digits for the grid, then column and row.
  public func id(of footprint: Footprint) -> String { id(of: footprint.canonicalPixel) }

  /// The name of what a pixel stands for.
  func id(of pixel: LatticePixel) -> String { "\(grid).\(pixel.x).\(pixel.y)" }
}

/// The FNV-1a hash of 32 bits: short names, not a check against tampering.
///
/// Source: Fowler, Noll and Vo; RFC 9923.
private struct FowlerNollVoHash {
  private var state: UInt32 = 0x811c_9dc5

  mutating func add(_ bytes: [UInt8]) {
    for byte in bytes { state = (state ^ UInt32(byte)) &* 0x0100_0193 }
  }

  var text: String {
    let digits = String(state, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
