import Checksums
import GeoFiles
import Grids

// A plan names its model and its region by their paths: they are read when they are needed, and must then
// still be what the plan was made with.

extension RunPlan.PlannedModel {
  /// Sees that the model is still the plan's.
  ///
  /// - Throws: ``InputError/replaced(path:found:planned:)``, and what keeps it from being read.
  func check() throws {
    let found = try InputFiles(ofModel: path).hash()
    guard found == hash else {
      throw InputError.replaced(path: path, found: found, planned: hash)
    }
  }
}

extension RunPlan.PlannedRegion {
  /// Reads the region, which must still be the plan's.
  ///
  /// - Throws: ``InputError/replaced(path:found:planned:)``, and what keeps it from being read.
  func opened(in grid: RunGrid) throws -> Region {
    let region = try Region(reading: path, in: grid)
    let found = try ContentHash(ofFile: path).description
    guard found == hash else {
      throw InputError.replaced(path: path, found: found, planned: hash)
    }
    return region
  }
}
