public import Grids

/// One layer of bytes over the whole lattice, from which footprints are traced.
public protocol RasterSource {
  /// The bytes of a window, row by row; ``LayerValue/nodata`` where the layer has nothing.
  ///
  /// - Parameter window: Anywhere on the lattice, beyond all files too.
  func bytes(in window: PixelWindow) throws -> [UInt8]
}

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

/// The layers that footprints of one class are traced from.
public struct FootprintLayers {
  /// The probability of the class, what separates neighbours included.
  public let probability: any RasterSource
  /// The probability of contact between neighbours; nil when the model does not tell.
  public let contact: (any RasterSource)?
  /// Not 0 where footprints may begin; nil for everywhere.
  public let region: (any RasterSource)?

  /// Brings the layers together.
  public init(
    probability: any RasterSource, contact: (any RasterSource)? = nil,
    region: (any RasterSource)? = nil
  ) {
    self.probability = probability
    self.contact = contact
    self.region = region
  }
}
