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
      let pixel = try ground.pixelSizeMeters(
        of: plan.grid.transform, x: Double(block.x) + Double(block.width) / 2,
        y: Double(block.y) + Double(block.height) / 2)
      for index in shares.indices {
        shares[index].pixels += counts[index]
        shares[index].squareMeters += Double(counts[index]) * pixel.x * pixel.y
      }
    }
    self.shares = shares
  }
}
