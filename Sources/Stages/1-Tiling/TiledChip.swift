public import GeoFiles
public import Grids
public import Imagery

/// A chip, and what each of its pixels is on the ground.
///
/// The chip's validity speaks of the picture, mirrored pixels included; the coverage speaks of the
/// ground, where nothing is mirrored.
public struct TiledChip: Sendable {
  /// The picture.
  public var chip: Chip
  /// `Coverage.rawValue` per pixel of the chip's window, row-major.
  ///
  /// `mapped` where a scene is valid, else `cloud` where a mask of one says so, `nodata` where there are only others, `outside` where there is
  /// none.
  public var coverage: [UInt8]
  /// The number of the scene that shows each pixel of the chip's window, from 1 in the set's order; 0
  /// where none does; empty where the reader was not asked for it.
  public var provenance: [UInt16] = []

  /// What the pixels of a part of the chip are, with all outside a region as `outside`.
  ///
  /// - Precondition: The chip's window contains `window`.
  /// - Complexity: O(pixels of `window`).
  public func coverage(of window: PixelWindow, in region: Region? = nil) -> [UInt8] {
    precondition(chip.window.contains(window))
    var part: [UInt8] = []
    part.reserveCapacity(window.area)
    for row in window.y..<window.maxY {
      let start = (row - chip.window.y) * chip.window.width + window.x - chip.window.x
      part += coverage[start..<start + window.width]
    }
    guard let region, !region.contains(window) else { return part }
    let mask = region.mask(of: window)
    for place in part.indices where mask[place] == 0 { part[place] = Coverage.outside.rawValue }
    return part
  }

  /// The scenes that show a part of the chip; empty where that is not known.
  ///
  /// - Precondition: The chip's window contains `window`.
  /// - Complexity: O(pixels of `window`).
  public func provenance(of window: PixelWindow) -> [UInt16] {
    precondition(chip.window.contains(window))
    guard !provenance.isEmpty else { return [] }
    return (window.y..<window.maxY).flatMap { row in
      let start = (row - chip.window.y) * chip.window.width + window.x - chip.window.x
      return provenance[start..<start + window.width]
    }
  }

  /// Whether any pixel of a part of the chip is to be mapped.
  ///
  /// - Precondition: The chip's window contains `window`.
  public func holdsPicture(in window: PixelWindow, of region: Region? = nil) -> Bool {
    if let region, region.misses(window) { return false }
    return coverage(of: window, in: region).contains(Coverage.mapped.rawValue)
  }
}
