/// What a network wants done to pixels: `(x · scale − mean) / std`, in this order, per band.
///
/// The one normal form of what pipeline files, Deepness keys and STAC items say in their own ways.
public struct InputScaling: Hashable, Sendable {
  /// What pixels are multiplied by, usually 1/255.
  public var scale: Double
  /// What is then subtracted: one value per band, or a single one for all.
  public var mean: [Double]
  /// What the difference is divided by: one value per band, or a single one for all.
  public var std: [Double]

  /// Bytes become 0…1, and no more.
  static let bytes = InputScaling(scale: 1.0 / 255, mean: [0], std: [1])

  /// Makes a scaling.
  public init(scale: Double, mean: [Double], std: [Double]) {
    self.scale = scale
    self.mean = mean
    self.std = std
  }

  /// The same scaling with one mean and one std for each of `count` bands; nil if it has others.
  public func spread(over count: Int) -> InputScaling? {
    func spread(_ values: [Double]) -> [Double]? {
      values.count == 1
        ? [Double](repeating: values[0], count: count)
        : values.count == count ? values : nil
    }
    guard let mean = spread(mean), let std = spread(std) else { return nil }
    return InputScaling(scale: scale, mean: mean, std: std)
  }

  /// Whether both do the same to a byte of imagery, but for rounding in their digits.
  ///
  /// Compares the results for 0 and 255, to a thousandth of the range between them.
  func agrees(with other: InputScaling) -> Bool {
    let count = max(mean.count, std.count, other.mean.count, other.std.count)
    guard let mine = spread(over: count), let theirs = other.spread(over: count) else {
      return false
    }
    return (0..<count).allSatisfy { band in
      let tolerance = abs(255 * mine.scale / mine.std[band]) / 1_000
      return [0.0, 255.0].allSatisfy {
        abs(mine.value($0, band: band) - theirs.value($0, band: band)) <= tolerance
      }
    }
  }

  private func value(_ pixel: Double, band: Int) -> Double {
    (pixel * scale - mean[band]) / std[band]
  }
}
