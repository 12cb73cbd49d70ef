/// A Plus Code: a place on the ground in a few letters and digits.
///
/// Ten digits name a cell of 1/8000° (about 14 m), eleven one of 1/40000° by 1/32000° (about 3 m).
///
/// Source: Open Location Code, https://github.com/google/open-location-code,
/// Documentation/Specification/specification.md.
public struct PlusCode: Hashable, Sendable {
  /// The code, with its plus sign.
  public let text: String

  /// The digits, by their value.
  private static let alphabet = Array("23456789CFGHJMPQRVWX")
  /// Cells of the finest grid, of fifteen digits, in one degree.
  private static let latitudeSteps = 8000 * 3125
  private static let longitudeSteps = 8000 * 1024

  /// Names the cell that a place lies in.
  ///
  /// Degrees are taken to eleven places: 0.7 is meant to be 0.7, and not the binary number below it.
  ///
  /// - Parameters:
  ///   - latitude: In degrees; beyond the poles it is the pole.
  ///   - longitude: In degrees; any number of turns.
  ///   - digits: 2, 4, 6, 8, or 10 to 15.
  public init(latitude: Double, longitude: Double, digits: Int = 10) {
    precondition((2...15).contains(digits) && (digits >= 10 || digits.isMultiple(of: 2)))
    let turn = 360 * Self.longitudeSteps
    var row = floorDivide(Int((latitude * 1e11).rounded()), 4000)
    row = max(0, min(180 * Self.latitudeSteps - 1, row + 90 * Self.latitudeSteps))
    var column = floorDivide(Int((longitude * 1e11).rounded()) * 32, 390_625)
    column = ((column + turn / 2) % turn + turn) % turn
    var code: [Character] = []
    for _ in 0..<5 {
      code.append(Self.alphabet[row % 5 * 4 + column % 4])
      (row, column) = (row / 5, column / 4)
    }
    for _ in 0..<5 {
      code.append(Self.alphabet[column % 20])
      code.append(Self.alphabet[row % 20])
      (row, column) = (row / 20, column / 20)
    }
    code.reverse()
    let kept = String(code.prefix(digits))
    let padded = kept + String(repeating: "0", count: max(0, 8 - digits))
    text = "\(padded.prefix(8))+\(padded.dropFirst(8))"
  }
}
