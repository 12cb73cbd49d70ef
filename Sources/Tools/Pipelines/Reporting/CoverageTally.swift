import Imagery
import Mosaicking

/// What became of the pixels of a run, counted from its coverage layer.
struct CoverageTally {
  let area: MapResult.Area

  /// Counts the pixels of a finished run; nil when it writes no coverage layer.
  init?(of folder: RunFolder, plan: RunPlan) throws {
    guard let blocks = BlockCounts(of: .coverage, plan: plan, in: folder) else { return nil }
    var counts = [Int](repeating: 0, count: 256)
    try blocks.visit { _, block in
      for value in counts.indices { counts[value] += block[value] }
    }
    func count(_ coverage: Coverage) -> Int { counts[Int(coverage.rawValue)] }
    area = MapResult.Area(
      mapped: count(.mapped), nodata: count(.nodata), cloud: count(.cloud),
      outside: count(.outside),
      setAside: count(.setAside))
  }
}
