import Foundation
import TestSupport
import Testing

@Suite struct `The report of a run` {
  private let job: DrawnJob

  init() throws { job = try DrawnJob() }

  private func page(_ path: String) throws -> String {
    try String(contentsOfFile: job.folder.path(path), encoding: .utf8)
  }

  @Test func `tells where every pixel and every outline is, and needs nothing beside it`() throws {
    let ended = try Command.run(job.arguments(out: "a"))
    try #require(ended.code == 0, "\(ended.errors)")
    let page = try page("a/report.html")

    // Nothing is fetched, and no folder of this machine is told.
    #expect(!page.contains("http://www.w3.org/1999") && !page.contains("src=\"http"))
    #expect(!page.contains(job.folder.url.path))
    #expect(page.components(separatedBy: "data:image/png;base64,").count == 3)
    // All pixels of the map, in thousands as the page writes them.
    #expect(page.contains("<th>all</th><td>1\u{202F}430\u{202F}000</td>"))
    #expect(page.contains("4-mosaicking/job_class.tif") && page.contains("job_footprints.gpkg"))
    #expect(page.contains("3-inference") && page.contains("5-footprints, merging"))
    for line in try self.page("a/pipeline.yaml").split(separator: "\n") {
      let text = line.replacing("\"", with: "&quot;")
      #expect(page.contains(text), "\(line)")
    }
  }

  @Test func `tells no folder of this machine, where scenes were named with theirs, either`() throws
  {
    let folder = job.folder
    let ended = try Command.run(job.arguments(out: "a", folder.path("scene.tif")))
    try #require(ended.code == 0, "\(ended.errors)")
    #expect(try page("a/pipeline.yaml").contains(folder.path("scene.tif")))
    let page = try page("a/report.html")
    #expect(!page.contains(folder.url.path) && page.contains("scene.tif"))
  }

  @Test func `is written anew, with an evaluation, and leaves the map as it is`() throws {
    try #require(try Command.run(job.arguments(out: "a")).code == 0)
    let outputs = try job.outputs(of: "a")
    let folder = job.folder
    let evaluated = try Command.run([
      "evaluate", folder.path("a"), "--truth", folder.path("a/5-footprints/job_footprints.gpkg"),
      "--out", folder.path("found"),
    ])
    try #require(evaluated.code == 0, "\(evaluated.errors)")
    let ended = try Command.run([
      "report", folder.path("a"), "--evaluation", folder.path("found"), "--out",
      folder.path("page.html"),
    ])
    try #require(ended.code == 0, "\(ended.errors)")
    #expect(ended.output == "\(folder.path("page.html"))\n")
    let page = try page("page.html")
    #expect(page.contains("<h2>Against the truth</h2>") && page.contains("Precision over recall"))
    #expect(page.contains("<tr><th>0.5</th><td>1.000</td>"))
    #expect(try job.outputs(of: "a") == outputs)
  }

  @Test func `of a run that is not finished is refused`() throws {
    try job.runToFirstCommit(out: "a")
    let ended = try Command.run(["report", job.folder.path("a")])
    #expect(ended.code == 66)
    #expect(
      ended.errors == """
        mapwright: cannot report run '\(job.folder.path("a"))'
          it is not finished
          run the same `mapwright map` again, or look at `mapwright status`

        """)
    let nothing = try Command.run(["report", job.folder.path("b")])
    #expect(nothing.code == 66 && nothing.errors.contains("cannot find a run in"))
  }

  @Test func `of a run that another version made is refused, and says so`() throws {
    try #require(try Command.run(job.arguments(out: "a")).code == 0)
    let plan = job.folder.path("a/1-tiling/plan.json")
    let text = try String(contentsOfFile: plan, encoding: .utf8)
    try #require(text.contains("\"holdsBytes\""))
    try text.replacing("\"holdsBytes\"", with: "\"heldBytes\"").write(
      toFile: plan, atomically: true, encoding: .utf8)
    let ended = try Command.run(["report", job.folder.path("a")])
    #expect(ended.code == 66)
    #expect(
      ended.errors == """
        mapwright: cannot read '\(plan)'
          another version of mapwright wrote it, or it is damaged
          if it was lost, begin anew with `--fresh`

        """)
  }

  @Test func `without its scenes shows the map alone`() throws {
    try #require(try Command.run(job.arguments(out: "a")).code == 0)
    try FileManager.default.removeItem(atPath: job.folder.path("scene.tif"))
    try FileManager.default.removeItem(atPath: job.folder.path("a/1-tiling/ground.png"))
    let ended = try Command.run(["report", job.folder.path("a")])
    try #require(ended.code == 0, "\(ended.errors)")
    let page = try page("a/report.html")
    #expect(page.components(separatedBy: "data:image/png;base64,").count == 2)
  }
}
