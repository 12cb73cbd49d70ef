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
