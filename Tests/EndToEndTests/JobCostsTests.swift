import Foundation
import TestSupport
import Testing

@Suite struct `What all machines took` {
  private struct Result: Decodable {
    struct Map: Decodable { var jobCosts: Costs }
    struct Costs: Decodable {
      var attempts, untoldShards, bytesWritten, bytesSent: Int
      var bytesRead: Int?
      var coreHours, cpuHours: Double
      var price, pricePerSquareKilometer, squareKilometers: Double?
    }
    var map: Map
  }

  private func costs(_ ended: Command.Ended) throws -> Result.Costs {
    #expect(ended.code == 0, "\(ended.errors)")
    return try JSONDecoder().decode(Result.self, from: Data(ended.output.utf8)).map.jobCosts
  }

  @Test func `is added up by finalize, attempts that were killed counted by their shards`() throws {
    let job = try FrozenJob(slices: 3)
    try job.doSlices(0..<3)
    // Who is killed notes nothing; the shards of such an attempt are those that no note names.
    let notes = job.names(in: "costs/infer")
    try FileManager.default.removeItem(
      atPath: "\(job.place)/costs/infer/\(try #require(notes.last))")
    let bytes = try job.names(in: "parts").reduce(0) { sum, name in
      let values = try FileManager.default.attributesOfItem(atPath: "\(job.place)/parts/\(name)")
      return sum + (values[.size] as? Int ?? 0)
    }

    let found = try costs(try job.finalize(out: "map", "--json", "--price-per-core-hour", "0.05"))
    let again = try costs(try job.finalize(out: "map", "--json", "--price-per-core-hour", "0.10"))

    #expect(notes.map { $0.prefix(2) } == ["0_", "1_", "2_"])
    #expect(found.attempts == 2 && found.untoldShards > 0)
    #expect(found.untoldShards < job.commits.count)
    #expect(found.bytesWritten == bytes && found.bytesSent == bytes)
    #expect(found.bytesRead.map { $0 > 0 } ?? true)
    #expect(found.coreHours > 0 && found.cpuHours > 0 && found.cpuHours < 1)
    let (price, area) = (try #require(found.price), try #require(found.squareKilometers))
    #expect(abs(price - 0.05 * found.coreHours) < 1e-12)
    #expect(abs((found.pricePerSquareKilometer ?? 0) - price / area) < 1e-9)
    #expect(abs((again.price ?? 0) - 2 * price) < 1e-12 && again.coreHours == found.coreHours)
    for report in ["report.md", "report.html"] {
      let text = try String(contentsOfFile: job.drawn.folder.path("map/\(report)"), encoding: .utf8)
      #expect(text.contains("What all machines took") && text.contains(" at 0.05 a core-hour, "))
      #expect(text.contains("; of \(found.untoldShards) shards only what their records say"))
    }
  }

  @Test func `is not told of a run of one machine`() throws {
    let job = try DrawnJob()
    let ended = try Command.run(job.arguments(out: "run"))
    let report = try String(contentsOfFile: job.folder.path("run/report.md"), encoding: .utf8)

    #expect(ended.code == 0 && !ended.output.contains("core-hours"))
    #expect(!report.contains("machines"))
  }
}
