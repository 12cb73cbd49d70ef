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
  public var samples: Samples
  /// Which pixels hold a picture.
  public var validity: ValidityMask
  /// The bands' values as floats, whatever they were read as.
  ///
  /// - Complexity: O(values) where they are bytes.
  public var pixels: [Float] { samples.asFloats }

  /// Makes a chip from its parts.
  ///
  /// - Precondition: `samples.count == bandCount * window.area`, and the mask covers `window`.
  public init(window: PixelWindow, bandCount: Int, samples: Samples, validity: ValidityMask) {
    precondition(samples.count == bandCount * window.area && validity.window == window)
    self.window = window
    self.bandCount = bandCount
    self.samples = samples
    self.validity = validity
  }
}
