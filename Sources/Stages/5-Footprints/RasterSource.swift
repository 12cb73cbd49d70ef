public import Grids

/// One layer of bytes over the whole lattice, from which footprints are traced.
public protocol RasterSource {
  /// The bytes of a window, row by row; ``LayerValue/nodata`` where the layer has nothing.
  ///
  /// - Parameter window: Anywhere on the lattice, beyond all files too.
  func bytes(in window: PixelWindow) throws -> [UInt8]
}
