/// Peels pixels off an area until lines of one pixel's width are left, which hang together as the
/// area did.
///
/// Source: Guo and Hall 1989, doi:10.1145/62065.62074, algorithm A1: in each of two turns all
/// pixels are looked at as they were before it. So a pixel depends on those within two pixels per
/// peeling, wherever the picture is cut.
enum Thinning {
  /// Thins a picture of 0 and 1 in place; its outermost pixels are taken for 0.
  ///
  /// - Parameters:
  ///   - peelings: Two turns each, at most.
  ///   - pixels: Row-major.
  /// - Complexity: O(pixels), and for each turn O(pixels that have a neighbour outside).
  static func thin(_ pixels: inout [UInt8], width: Int, peelings: Int) {
    let height = pixels.count / max(1, width)
    guard width > 2, height > 2 else {
      pixels = [UInt8](repeating: 0, count: pixels.count)
      return
    }
    clearBorder(of: &pixels, width: width, height: height)
    let around = [-width, 1 - width, 1, width + 1, width, width - 1, -1, -width - 1]
    pixels.withUnsafeMutableBufferPointer { pixels in
      var isActive = [Bool](repeating: false, count: pixels.count)
      var active = pixels.indices.filter { index in
        pixels[index] != 0 && around.contains { pixels[index + $0] == 0 }
      }
      for index in active { isActive[index] = true }
      for _ in 0..<peelings {
        var isChanged = false
        for turn in 0..<2 {
          let gone = active.filter { index in
            pixels[index] != 0 && table[turn][code(at: index, pixels, around)]
          }
          isChanged = isChanged || !gone.isEmpty
          for index in gone { pixels[index] = 0 }
          for index in gone {
            for offset in around where pixels[index + offset] != 0 && !isActive[index + offset] {
              isActive[index + offset] = true
              active.append(index + offset)
            }
          }
        }
        guard isChanged else { break }
        active.removeAll { pixels[$0] == 0 }
      }
    }
  }

  private static func clearBorder(of pixels: inout [UInt8], width: Int, height: Int) {
    for x in 0..<width {
      pixels[x] = 0
      pixels[(height - 1) * width + x] = 0
    }
    for y in 0..<height {
      pixels[y * width] = 0
      pixels[y * width + width - 1] = 0
    }
  }

  /// The neighbours that are set, one bit each: clockwise from the one above.
  @inline(__always)
  private static func code(
    at index: Int, _ pixels: UnsafeMutableBufferPointer<UInt8>, _ around: [Int]
  ) -> Int {
    var code = 0
    for (bit, offset) in around.enumerated() { code |= Int(pixels[index + offset]) << bit }
    return code
  }

  /// Whether a pixel goes, by turn and by its neighbours.
  private static let table: [[Bool]] = (0..<2).map { turn in (0..<256).map { goes($0, turn) } }

  private static func goes(_ code: Int, _ turn: Int) -> Bool {
    func isSet(_ number: Int) -> Bool { code >> ((number - 2) % 8) & 1 != 0 }
    // Neighbours are P2 above to P9 above to the left, as in the paper.
    let pairs = [(2, 3, 4), (4, 5, 6), (6, 7, 8), (8, 9, 2)]
    let crossings = pairs.count { !isSet($0.0) && (isSet($0.1) || isSet($0.2)) }
    let ones = [(9, 2), (3, 4), (5, 6), (7, 8)].count { isSet($0.0) || isSet($0.1) }
    let others = [(2, 3), (4, 5), (6, 7), (8, 9)].count { isSet($0.0) || isSet($0.1) }
    let isKept =
      turn == 0
      ? (isSet(6) || isSet(7) || !isSet(9)) && isSet(8)
      : (isSet(2) || isSet(3) || !isSet(5)) && isSet(4)
    return crossings == 1 && (2...3).contains(min(ones, others)) && !isKept
  }
}
