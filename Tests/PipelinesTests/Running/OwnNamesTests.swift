import Grids
import Testing

@testable import Pipelines

@Suite struct `The names that a run gives` {
  @Test func `are told from those of other files`() throws {
    var plan = try drawnPlan(scenes: [PixelWindow(x: 0, y: 0, width: 600, height: 600)])
    plan.obsolete = ["4-mosaicking/before_class.tif"]
    let own = OwnNames(of: plan)
    for path in [
      "4-mosaicking/job_class.tif", "4-mosaicking/job_preview.png", "4-mosaicking/before_class.tif",
      "3-inference/shard_r-1c0.0123456789abcdef.tif", "3-inference/differs_0-4",
      "2-queueing/fragments/shard_r0c1.0123456789abcdef.footprints",
      "2-queueing/fragments/1_shard_r0c1.0123456789abcdef.footprints",
      "2-queueing/staging/anything",
    ] {
      #expect(own.contain(path), "\(path)")
    }
    for path in [
      "4-mosaicking/job_class.tif.aux.xml", "4-mosaicking/job_class_edited.tif", "job_class.tif",
      "3-inference/shard_r0c0.tif", "3-inference/shard_r0c0.0123456789ABCDEF.tif", "3-inference/a",
      "5-footprints/mine.gpkg", "report.md",
    ] {
      #expect(!own.contain(path), "\(path)")
    }
  }
}
