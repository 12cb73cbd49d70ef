import Pipelines
import Testing

@Suite struct `The words of errors in comparing` {
  @Test func `a truth without roads`() {
    #expect(
      "\(EvaluationError.noRoads(path: "a.gpkg"))" == """
        cannot compare roads with 'a.gpkg'
          it holds no line of two points or more
          give true roads as lines, in any format GDAL reads
        """)
  }
}
