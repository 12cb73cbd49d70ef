import Foundation
import TestSupport
import Testing

@Suite struct `Roads compared with the truth` {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Writes lines in degrees, of places in metres around Arua.
  private func write(_ name: String, _ lines: [[(x: Double, y: Double)]]) throws -> String {
    let features = lines.map { line in
      let places = line.map { "[\(30.91 + $0.x / 111_090), \(3.02 + $0.y / 110_580)]" }
      return "{\"type\": \"Feature\", \"properties\": {}, \"geometry\": {\"type\": \"LineString\", "
        + "\"coordinates\": [\(places.joined(separator: ", "))]}}"
    }
    let text =
      "{\"type\": \"FeatureCollection\", \"features\": [\(features.joined(separator: ",\n"))]}"
    let path = folder.path(name)
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  /// Streets of a small town; some are left out and some places moved, others are new.
  private func town(missing: Int = 0, moved: Double = 0) -> [[(x: Double, y: Double)]] {
    var dice = SeededGenerator(seed: 11)
    func number() -> Double { Double(dice.next() % 1_000) / 1_000 - 0.5 }
    let crossings = (0..<5).map { row in
      (0..<6).map { column in
        (x: Double(column) * 130 + 40 * number(), y: Double(row) * 110 + 40 * number())
      }
    }
    let shift = crossings.map { $0.map { _ in (x: moved * number(), y: moved * number()) } }
    func place(_ row: Int, _ column: Int) -> (x: Double, y: Double) {
      let (at, by) = (crossings[row][column], shift[row][column])
      return (at.x + by.x, at.y + by.y)
    }
    var streets: [[(x: Double, y: Double)]] = []
    for row in 0..<5 {
      for column in 0..<6 {
        let here = place(row, column)
        for (toRow, toColumn) in [(row, column + 1), (row + 1, column)]
        where toRow < 5 && toColumn < 6 {
          let there = place(toRow, toColumn)
          let bend = (x: (here.x + there.x) / 2 + 3, y: (here.y + there.y) / 2 + 5)
          streets.append([here, bend, there])
        }
      }
    }
    return streets.enumerated().filter { missing == 0 || $0.offset % missing != 1 }.map(\.element)
  }

  private func evaluate(_ prediction: String, _ truth: String) throws -> [String: Any] {
    let ended = try Command.run(["evaluate", prediction, "--truth", truth, "--json"])
    try #require(ended.code == 0, "\(ended.errors)")
    return try #require(
      try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any])
  }

  @Test(.enabled(if: Judge.has("networkx", "pyproj"), "networkx is not there: make judges"))
  func `are measured as networkx measures them`() throws {
    let truth = try write("truth.geojson", town())
    let script = try String(
      contentsOf: Repository.root.appending(path: "Tests/Judges/roads.py"), encoding: .utf8)
    for (missing, moved) in [(0, 0.0), (9, 0), (7, 4), (4, 9)] {
      var streets = town(missing: missing, moved: moved)
      if missing == 7 { streets.append([(x: 700, y: 0), (x: 800, y: 60), (x: 800, y: 200)]) }
      let prediction = try write("prediction.geojson", streets)
      let judged = try Judge.run(script, [truth, prediction])
      let wanted = try #require(
        try JSONSerialization.jsonObject(with: Data(judged.text.utf8)) as? [String: Double],
        "\(judged.text)")

      let found = try evaluate(prediction, truth)
      let paths = try #require(found["paths"] as? [String: Any])
      for (name, value) in [
        ("truthToPrediction", paths["truthToPrediction"]),
        ("predictionToTruth", paths["predictionToTruth"]), ("apls", found["apls"]),
      ] {
        let here = try #require(value as? Double)
        #expect(abs(here - (wanted[name] ?? 0)) < 1e-3, "\(name) of \(missing), \(moved)")
      }
      if missing == 0 { #expect(found["apls"] as? Double == 1) }
    }
  }

  @Test func `count by their length, too, and make a report`() throws {
    let truth = try write("truth.geojson", [[(0, 0), (300, 0)]])
    // Half of it near enough, and as much elsewhere.
    let prediction = try write("found.geojson", [[(0, 2), (150, 2)], [(0, 50), (150, 50)]])

    let value = try evaluate(prediction, truth)
    let length = try #require(value["length"] as? [String: Any])
    #expect(abs(try #require(length["precision"] as? Double) - 0.5) < 1e-3)
    // The end reaches √(3² − 2²) m farther.
    #expect(abs(try #require(length["recall"] as? Double) - (150 + 5.0.squareRoot()) / 300) < 1e-3)

    let ended = try Command.run(
      ["evaluate", prediction, "--truth", truth, "--out", folder.path("report")])
    #expect(
      ended.code == 0 && ended.output.contains("2 lines of 0.30 km, 1 of 0.30 km in the truth"))
    let report = try String(
      contentsOf: folder.url.appending(path: "report/evaluation.md"), encoding: .utf8)
    #expect(report.contains("# Roads against the truth") && report.contains("| 0.507 (recall) |"))
  }

  @Test func `are refused in part`() throws {
    let truth = try write("truth.geojson", [[(0, 0), (300, 0)]])
    let ended = try Command.run(["evaluate", truth, "--truth", truth, "--region", truth])
    #expect(ended.code == 64)
    #expect(
      ended.errors.contains(
        """
        cannot compare a part of the roads
          a way may leave a region and come back
          cut both files first: `ogr2ogr -clipsrc region.gpkg part.gpkg roads.gpkg`
        """), "\(ended.errors)")
  }
}
