import Foundation
import TestSupport
import Testing

@Suite struct `The verbs beside map` {
  let job: DrawnJob

  init() throws {
    job = try DrawnJob()
    _ = try Command.run(job.arguments(out: "run"))
  }

  @Test func `footprints traces a run again as the run did`() throws {
    let ended = try Command.run([
      "footprints", job.folder.path("run"), "--out", job.folder.path("again"),
    ])

    #expect(ended.code == 0, "\(ended.errors)")
    for name in ["job_footprints.gpkg", "job_footprints.fgb", "job_footprints.geojsonl"] {
      let before = try Data(contentsOf: job.folder.url.appending(path: "run/5-footprints/\(name)"))
      let after = try Data(contentsOf: job.folder.url.appending(path: "again/\(name)"))
      #expect(before == after, "\(name)")
    }
  }

  @Test func `footprints never writes into a run`() throws {
    let ended = try Command.run([
      "footprints", job.folder.path("run"), "--out", job.folder.path("run/5-footprints"),
    ])
    #expect(ended.code == 64 && ended.errors.contains("whose files must stay"))
    #expect(try Command.run(["verify", job.folder.path("run")]).code == 0)
  }

  @Test func `footprints with a higher threshold finds smaller outlines`() throws {
    func areas(_ threshold: String) throws -> Double {
      let out = job.folder.path("t\(threshold)")
      _ = try Command.run([
        "footprints", job.folder.path("run"), "--out", out, "--threshold", threshold,
      ])
      let text = try String(contentsOfFile: "\(out)/job_footprints.geojsonl", encoding: .utf8)
      return text.matches(of: /"area_in_meters": ([0-9.]+)/).reduce(0) { $0 + (Double($1.1) ?? 0) }
    }

    let (low, high) = (try areas("0.3"), try areas("0.7"))
    #expect(high > 1000 && low > high)
  }

  @Test func `footprints leaves out what is less sure than asked for`() throws {
    func confidences(_ least: String) throws -> [Double] {
      let out = job.folder.path("c\(least)")
      _ = try Command.run([
        "footprints", job.folder.path("run"), "--out", out, "--least-confidence", least,
      ])
      let text = try String(contentsOfFile: "\(out)/job_footprints.geojsonl", encoding: .utf8)
      return text.matches(of: /"confidence": ([0-9.]+)/).compactMap { Double($0.1) }
    }

    let all = try confidences("0")
    let middle = try #require(all.sorted().dropFirst(all.count / 2).first)
    let kept = all.filter { $0 >= middle }
    #expect(kept.count < all.count)
    #expect(try confidences("\(middle)") == kept)
  }

  @Test func `verify finds a file that was altered, and one that is absent`() throws {
    let path = job.folder.path("run/4-mosaicking/job_class.tif")
    #expect(try Command.run(["verify", job.folder.path("run")]).code == 0)

    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: URL(fileURLWithPath: path))
    let altered = try Command.run(["verify", job.folder.path("run")])
    #expect(altered.code == 66 && altered.errors.contains("is not what was committed"))

    try FileManager.default.removeItem(atPath: path)
    let absent = try Command.run(["verify", job.folder.path("run")])
    #expect(absent.code == 66 && absent.errors.contains("the file is absent"))
  }

  @Test func `evaluate of outlines against themselves is perfect`() throws {
    let ended = try Command.run([
      "evaluate", job.folder.path("run"), "--truth",
      job.folder.path("run/5-footprints/job_footprints.geojsonl"),
    ])
    #expect(ended.output.hasPrefix("F1@0.5 1.000: precision 1.000, recall 1.000"))
  }

  @Test(arguments: ["plan", "status", "inspect", "doctor", "evaluate"])
  func `every verb with --json prints JSON`(verb: String) throws {
    let words: [String] =
      switch verb {
      case "plan": [job.folder.path("pipeline.yaml")]
      case "status": [job.folder.path("run")]
      case "inspect": [job.folder.path("scene.tif")]
      case "evaluate":
        [
          job.folder.path("run"), "--truth",
          job.folder.path("run/5-footprints/job_footprints.fgb"),
        ]
      default: []
      }
    let ended = try Command.run([verb] + words + ["--json"])

    #expect(ended.code == 0, "\(ended.errors)")
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) }
  }

  @Test func `status of what is no run says so`() throws {
    let ended = try Command.run(["status", job.folder.url.path])
    #expect(ended.code == 66 && ended.errors.contains("cannot find a run in"))
  }

  @Test func `a wrong option is a usage error with a suggestion`() throws {
    let ended = try Command.run(["map", "a.yaml", "--worker", "3"])
    #expect(ended.code == 64 && ended.errors.contains("--workers"))
  }
}
