import GeoFiles
import Grids
import Imagery
import Mosaicking

/// What became of the pixels of a run, counted from its coverage layer.
struct CoverageTally {
  let area: MapResult.Area
  /// The ground that was mapped, on the ellipsoid.
  let mappedSquareMeters: Double

  /// Counts the pixels of a finished run; nil when it writes no coverage layer.
  init?(of folder: RunFolder, plan: RunPlan) throws {
    guard let blocks = BlockCounts(of: .coverage, plan: plan, in: folder) else { return nil }
    var counts = [Int](repeating: 0, count: 256)
    let ground = try GroundGeometry(crs: plan.grid.crs)
    var mapped = 0.0
    try blocks.visit { window, block in
      for value in counts.indices { counts[value] += block[value] }
      let count = block[Int(Coverage.mapped.rawValue)]
      if count > 0 { mapped += Double(count) * (try ground.pixelArea(in: window, of: plan.grid)) }
    }
    mappedSquareMeters = mapped
    func count(_ coverage: Coverage) -> Int { counts[Int(coverage.rawValue)] }
    area = MapResult.Area(
      mapped: count(.mapped), nodata: count(.nodata), cloud: count(.cloud),
      outside: count(.outside),
      setAside: count(.setAside))
  }
}
