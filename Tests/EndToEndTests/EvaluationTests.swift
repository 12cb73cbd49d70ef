import Foundation
import TestSupport
import Testing

/// Python with what judges evaluation: shapely.
private let judge: String? = {
  let python = Repository.root.appending(path: ".build/judges/bin/python").path
  let probe = Process()
  probe.executableURL = URL(fileURLWithPath: python)
  probe.arguments = ["-c", "import shapely"]
  probe.standardError = FileHandle.nullDevice
  guard (try? probe.run()) != nil else { return nil }
  probe.waitUntilExit()
  return probe.terminationStatus == 0 ? python : nil
}()

/// Drawn towns as files, compared by the built command.
@Suite struct `Outlines against a truth` {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A square of about 10 m at the equator, `x` and `y` squares from the origin.
  private func square(_ x: Double, _ y: Double, _ more: String = "") -> String {
    let (west, south) = (x * 9e-5, y * 9e-5)
    let corners = [(0.0, 0.0), (9e-5, 0), (9e-5, 9e-5), (0, 9e-5), (0, 0)]
      .map { "[\(west + $0.0), \(south + $0.1)]" }.joined(separator: ", ")
    return feature("Polygon", "[[\(corners)]]", more)
  }

  private func feature(_ kind: String, _ coordinates: String, _ more: String = "") -> String {
    "{\"type\": \"Feature\", \"properties\": {\(more)}, \"geometry\": "
      + "{\"type\": \"\(kind)\", \"coordinates\": \(coordinates)}}"
  }

  private func write(_ name: String, _ features: [String]) throws -> String {
    let text =
      "{\"type\": \"FeatureCollection\", \"features\": [\(features.joined(separator: ", "))]}"
    try text.write(toFile: folder.path(name), atomically: true, encoding: .utf8)
    return folder.path(name)
  }

  private func evaluate(_ words: [String]) throws -> [String: Any] {
    let ended = try Command.run(["evaluate"] + words + ["--json"])
    #expect(ended.code == 0, "\(ended.errors)")
    let value = try JSONSerialization.jsonObject(with: Data(ended.output.utf8))
    return try #require(value as? [String: Any])
  }

  @Test func `are scored, drawn and reported, with the confidence that serves best`() throws {
    let truth = try write("truth.geojson", (0..<10).map { square(3 * Double($0), 0) })
    let found = try write(
      "found.geojson",
      (0..<8).map { square(3 * Double($0), 0, "\"confidence\": \(0.9 - 0.01 * Double($0))") }
        + (0..<4).map { square(3 * Double($0), 5, "\"confidence\": 0.2") })

    let ended = try Command.run([
      "evaluate", "--prediction", found, "--truth", truth, "--out", folder.path("report"),
    ])

    #expect(ended.output.hasPrefix("F1@0.5 0.727: precision 0.667, recall 0.800 (12 outlines"))
    #expect(ended.output.contains("best F1@0.5 0.889: keep `confidence` ≥ 0.83 (8 outlines)"))
    #expect(ended.output.contains("valid polygons: 100.00 %"))
    let report = try String(contentsOfFile: folder.path("report/evaluation.md"), encoding: .utf8)
    #expect(report.contains("| 0.83 | 8 | 1.000 | 0.800 | **0.889** |"))
    let picture = try String(
      contentsOfFile: folder.path("report/precision-recall.svg"), encoding: .utf8)
    #expect(picture.contains("IoU 0.5, AP 0.802"))
  }

  @Test(
    .enabled(if: judge != nil, "shapely is not in .build/judges: make judges installs it"))
  func `are measured as shapely and plain loops measure them`() throws {
    let script = Repository.root.appending(path: "Tests/Judges/evaluation.py").path
    let process = Process()
    let said = Pipe()
    process.executableURL = URL(fileURLWithPath: try #require(judge))
    process.arguments = [script, Command.path, folder.url.path]
    process.standardOutput = said
    process.standardError = said
    try process.run()
    let words = String(decoding: said.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()

    #expect(process.terminationStatus == 0, "\(words)")
    #expect(words.contains("IoU of the ground"))
  }

  @Test func `may be empty on either side`() throws {
    let none = try write("none.geojson", [])
    let some = try write("some.geojson", [square(0, 0)])

    let nothing = try evaluate([none, "--truth", some])
    let unwanted = try evaluate([some, "--truth", none])

    #expect(nothing["f1"] as? Double == 0 && nothing["truth"] as? Int == 1)
    #expect(unwanted["f1"] as? Double == 0 && unwanted["outlines"] as? Int == 1)
    #expect((nothing["notes"] as? [String])?.contains { $0.contains("no outlines") } == true)
  }

  @Test func `count parts by themselves, and name what is not valid`() throws {
    let bow = "[[[0, 0], [9e-5, 9e-5], [9e-5, 0], [0, 9e-5], [0, 0]]]"
    let two =
      "[[[[0.001, 0], [0.0011, 0], [0.0011, 0.0001], [0.001, 0]]], "
      + "[[[0.002, 0], [0.0021, 0], [0.0021, 0.0001], [0.002, 0]]]]"
    let truth = try write(
      "truth.geojson",
      [feature("Polygon", bow), feature("MultiPolygon", two), feature("Point", "[0, 0]")])

    let value = try evaluate([truth, "--truth", truth])

    // The bow tie falls into two triangles.
    #expect(value["truth"] as? Int == 4 && value["f1"] as? Double == 1)
    let notes = try #require(value["notes"] as? [String])
    #expect(notes.contains { $0.contains("1 polygons of the truth are not valid: 1 repaired") })
    #expect(notes.contains { $0.contains("1 features of the truth have no area") })
  }

  @Test func `may be restricted to a region, by their centres`() throws {
    let truth = try write("truth.geojson", (0..<10).map { square(3 * Double($0), 0) })
    let found = try write("found.geojson", (0..<5).map { square(3 * Double($0), 0) })
    // Its border runs through the third house, whose centre is inside.
    let region = try write(
      "region.geojson",
      [feature("Polygon", "[[[-1, -1], [6.6e-4, -1], [6.6e-4, 1], [-1, 1], [-1, -1]]]")])

    let value = try evaluate([found, "--truth", truth, "--region", region])

    #expect(value["outlines"] as? Int == 3 && value["truth"] as? Int == 3)
  }

  @Test func `on pixels beyond counting are refused`() throws {
    let land = try write(
      "land.geojson", [feature("Polygon", "[[[0, 0], [60, 0], [60, 60], [0, 60], [0, 0]]]")])

    let ended = try Command.run(["evaluate", land, "--truth", land, "--pixel-m", "0.1"])

    #expect(ended.code == 64)
    #expect(
      ended.errors == """
        mapwright: cannot compare the outlines on pixels of 0.1 m
          they would touch more than 50 million squares of 128 × 128 pixels
          give larger pixels with `--pixel-m`, or a part of the ground with `--region`

        """)
  }

  @Test func `beside a map that exists tell what is missing from it`() throws {
    let existing = try write(
      "existing.geojson",
      [square(0, 0, "\"id\": 7"), square(3, 0, "\"id\": 8"), square(9, 0, "\"id\": 9")])
    let found = try write(
      "found.geojson",
      [square(0, 0, "\"Status\": \"old\", \"roof\": \"tin\""), square(3.5, 0), square(6, 0)])

    let ended = try Command.run([
      "compare", found, "--against", existing, "--out", folder.path("compared"),
    ])

    #expect(ended.code == 0, "\(ended.errors)")
    #expect(ended.output.contains("1 new, 1 matched (IoU ≥ 0.5), 1 changed; 1 existing ones not"))
    let report = try String(
      contentsOfFile: folder.path("compared/comparison.md"), encoding: .utf8)
    #expect(report.contains("| 0, 0 | 1 | 10"))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("compared"))
    #expect(names.sorted() == ["comparison.gpkg", "comparison.json", "comparison.md"])
    // Compared once more, by what it wrote, it is the same map.
    let again = try Command.run([
      "compare", folder.path("compared/comparison.gpkg"), "--against", found, "--out",
      folder.path("again"),
    ])
    #expect(again.output.contains("0 new, 3 matched"))
  }

  @Test(arguments: [
    ["evaluate", "--truth", "a"], ["evaluate", "a", "--prediction", "a", "--truth", "a"],
    ["evaluate", "a", "--truth", "a", "--pixel-m", "0"],
    ["compare", "a", "--against", "a", "--out", "b", "--changed", "0.8"],
    ["compare", "a", "--against", "a", "--out", "b", "--cell-m", "0"],
  ])
  func `are not compared by options that mean nothing`(words: [String]) throws {
    #expect(try Command.run(words).code == 64)
  }
}
