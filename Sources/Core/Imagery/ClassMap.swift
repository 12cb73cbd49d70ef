public import Grids

/// What a network says of a window: the class of each pixel and how probable the classes are.
///
/// Probabilities are whole steps of 1/200 (``scale``), so that they and all sums of them are exact.
public struct ClassMap: Sendable {
  /// One step of a stored probability.
  public static let scale = 0.005
  /// The stored probability of certainty.
  public static let certain: UInt8 = 200
  /// The stored value of pixels without a picture, in every layer.
  public static let nodata: UInt8 = 255

  /// Where on the lattice the map lies.
  public let window: PixelWindow
  /// The number of probability layers.
  public let layerCount: Int
  /// The index of the most probable published class, or ``nodata``; `[H, W]`.
  public var classes: [UInt8]
  /// The stored probabilities, `[layer, H, W]`, 0…``certain`` or ``nodata``.
  public var probabilities: [UInt8]
  /// What became of each pixel, `Coverage.rawValue`; `[H, W]`.
  public var coverage: [UInt8]

  /// The number of the scene that shows each pixel, from 1; 0 where none does; `[H, W]`, or empty where
  /// nobody asks for it.
  public var provenance: [UInt16] = []

  /// Makes a map on which nothing is mapped.
  public init(window: PixelWindow, layerCount: Int, coverage: Coverage) {
    self.window = window
    self.layerCount = layerCount
    classes = [UInt8](repeating: Self.nodata, count: window.area)
    probabilities = [UInt8](repeating: Self.nodata, count: window.area * layerCount)
    self.coverage = [UInt8](repeating: coverage.rawValue, count: window.area)
  }
}
