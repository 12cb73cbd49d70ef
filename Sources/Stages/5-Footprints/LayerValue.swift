/// What the bytes of a probability layer mean.
public enum LayerValue {
  /// Probability 1; others in proportion down to 0.
  public static let one: UInt8 = 200
  /// No picture, outside the region, or beyond the files.
  public static let nodata: UInt8 = 255

  /// The values of at least a probability.
  static func atLeast(_ probability: Double) -> ClosedRange<UInt8> {
    let least = (probability * Double(one)).rounded(.up)
    return UInt8(max(1, min(Double(one), least)))...one
  }
}
