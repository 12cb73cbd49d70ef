import GeoFiles
import Grids
import Imagery
import Mosaicking

/// How much ground each class covers, counted from the class layer.
struct ClassAreas {
  /// A class: its pixels, and their ground in m² on the ellipsoid.
  struct Share {
    var pixels = 0
    var squareMeters = 0.0
  }

  /// One for each published class.
  let shares: [Share]

  /// Counts the classes of a finished run; nil when it writes no class layer.
  ///
  /// All pixels of a block are taken to cover what its middle one does: the ground that a pixel covers
  /// changes all but evenly over a block.
  init?(of folder: RunFolder, plan: RunPlan) throws {
    guard let counts = BlockCounts(of: .classes, plan: plan, in: folder) else { return nil }
    let ground = try GroundGeometry(crs: plan.grid.crs)
    var shares = [Share](repeating: Share(), count: plan.model.scheme.published.count)
    try counts.visit { block, counts in
      let pixel = try ground.pixelArea(in: block, of: plan.grid)
      for index in shares.indices {
        shares[index].pixels += counts[index]
        shares[index].squareMeters += Double(counts[index]) * pixel
      }
    }
    self.shares = shares
  }
}

extension GroundGeometry {
  /// The ground that the middle pixel of a window covers, in m² on the ellipsoid.
  func pixelArea(in window: PixelWindow, of grid: RunGrid) throws -> Double {
    let size = try pixelSizeMeters(
      of: grid.transform, x: Double(window.x) + Double(window.width) / 2,
      y: Double(window.y) + Double(window.height) / 2)
    return size.x * size.y
  }
}
