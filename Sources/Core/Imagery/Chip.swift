public import Grids

/// The picture a network sees: bands, their place on the lattice, and which pixels are valid.
///
/// Pixels are the scenes' own values (no scaling), `[C, H, W]`, row-major; where ``validity`` is 0
/// their value means nothing.
public struct Chip: Sendable {
  /// Where on the lattice the chip lies, halo included.
  public let window: PixelWindow
  /// The number of bands, C.
  public let bandCount: Int
  /// The bands' values, `[C, H, W]`.
  public var pixels: [Float]
  /// Which pixels hold a picture.
  public var validity: ValidityMask

  /// Makes a chip from its parts.
  ///
  /// - Precondition: `pixels.count == bandCount * window.area`, and the mask covers `window`.
  public init(window: PixelWindow, bandCount: Int, pixels: [Float], validity: ValidityMask) {
    precondition(pixels.count == bandCount * window.area && validity.window == window)
    self.window = window
    self.bandCount = bandCount
    self.pixels = pixels
    self.validity = validity
  }
}
