import Footprints
import Foundation
import GeoFiles
import Grids
import Polygons
import TestSupport
import Testing

@testable import Pipelines

/// Two layers of one map, houses and a street beside them, in cells of 200 px.
@Suite struct `Layers in parts` {
  /// A street along the bottom, and houses above it.
  private struct Drawn: RasterSource {
    let isStreet: Bool

    func bytes(in part: PixelWindow) -> [UInt8] {
      (part.y..<part.maxY).flatMap { y in
        (part.x..<part.maxX).map { x -> UInt8 in
          guard (0..<600).contains(x) else { return 0 }
          let isOn =
            isStreet
            ? (100..<108).contains(y) || (0..<108).contains(y) && (x % 150 - 60).magnitude < 4
            : (20..<50).contains(y) && x % 60 < 30
          return isOn ? LayerValue.one : 0
        }
      }
    }
  }

  private let folder: TemporaryFolder
  private let window = PixelWindow(x: 0, y: 0, width: 600, height: 150)
  private let houses: Tracing
  private let streets: Tracing

  init() throws {
    folder = try TemporaryFolder()
    let grid = RunGrid(
      of: GeoTransform(west: 450_000, north: 35_000, pixel: 0.5),
      crs: try CoordinateReference(definition: "EPSG:32636"))
    let ground = try GroundGeometry(crs: grid.crs)
    let cells = LayerPart.cells(of: window, side: 200)
    func setting(_ formats: [FootprintFormat], _ schema: FootprintSchema) -> Tracing.Setting {
      .init(name: "job", formats: formats, schema: schema, grid: grid, cells: cells)
    }
    houses = Tracing(
      setting([.geoPackage, .csv], .mapwright),
      layers: [
        .init(
          name: "houses", style: FootprintStyle(schema: .mapwright, className: "building"))
      ],
      form: .outline(
        FootprintLayers(probability: Drawn(isStreet: false)),
        FootprintTracer(
          grid: grid, settings: FootprintSettings(className: "building"), ground: ground),
        halo: 40,
        FootprintExporter(
          grid: grid, schema: .mapwright,
          provenance: FootprintProvenance(className: "building", model: "m", version: "1"))))
    let settings = CenterlineSettings(narrowest: 1, widest: 6, spur: 4)
    let rules = settings.rules(pixel: Point(x: 0.5, y: 0.5))
    let lines = CenterlineSchema(.osm, of: .roads)
    streets = Tracing(
      setting([.flatGeobuf], .osm),
      layers: [
        .init(name: "streets", style: FootprintStyle(of: lines, className: "road"), lines: lines)
      ],
      form: .centerline(
        CenterlineLayers(probability: Drawn(isStreet: true)), settings, rules,
        CenterlineExporter(
          grid: grid, settings: settings, rules: rules,
          provenance: FootprintProvenance(className: "road", model: "m", version: "1"), over: nil,
          ground: ground)))
  }

  private func fragments(_ tracing: Tracing, _ name: String) throws -> [FootprintFragment] {
    try stride(from: 0, to: 600, by: 250).map { x in
      let fragment = FootprintFragment(
        path: folder.path("\(name)-\(x)"),
        core: PixelWindow(x: x, y: 0, width: 250, height: 150).intersection(window))
      _ = try tracing.trace(into: fragment)
      return fragment
    }
  }

  @Test func `hold every feature once, have styles of their own and one project`() throws {
    var written: [(tracing: Tracing, parts: [LayerPart])] = []
    for (tracing, name, format) in [(houses, "houses", "gpkg"), (streets, "streets", "fgb")] {
      let fragments = try fragments(tracing, name)
      let whole = try tracing.export(
        fragments, in: [.whole], to: { folder.path($0.name) })
      #expect(try tracing.parts(of: fragments) == [.whole])
      let parts = try tracing.parts(of: fragments, most: 3)
      #expect(parts.map(\.suffix) == ["_r0c0", "_r0c1", "_r0c2"])
      let count = try tracing.export(fragments, in: parts, to: { folder.path($0.name) })
      #expect(count == whole && count > 3, "\(name)")

      let files = parts.map { folder.path("job_\(name)\($0.suffix).\(format)") }
      let all = try VectorReader(opening: folder.path("job_\(name).\(format)")).features()
      let joined = try VectorReader(joining: files).features()
      #expect(joined.count == all.count && all.count == whole)
      #expect(
        tracing.styles(in: parts).map(\.name)
          == parts.flatMap { ["job_\(name)\($0.suffix).qml", "job_\(name)\($0.suffix).sld"] })
      written.append((tracing, parts))
    }

    let scenery = Scenery(
      name: "job",
      grid: RunGrid(
        of: GeoTransform(west: 450_000, north: 35_000, pixel: 0.5),
        crs: try CoordinateReference(definition: "EPSG:32636")), window: window)
    let project = try #require(try scenery.project(of: written))
    #expect(project.name == "job_layers.qgs")
    for part in ["_r0c0", "_r0c1", "_r0c2"] {
      let houses = "./job_houses\(part).gpkg|layername=job_houses\(part)"
      #expect(project.text.contains("<datasource>\(houses)</datasource>"))
      #expect(project.text.contains("<datasource>./job_streets\(part).fgb</datasource>"))
    }
    // Streets are in longitude and latitude, as their schema has it; houses in the run's system.
    #expect(project.text.components(separatedBy: "<authid>EPSG:4326</authid>").count == 4)
  }

  @Test func `have names that a run gives, and bring all fragments to the first`() throws {
    let plan = try drawnPlan(
      scenes: [PixelWindow(x: 0, y: 0, width: 60_000, height: 600)],
      layers: [.buildings, .roads, .bridges(of: 1)])
    let own = OwnNames(of: plan)
    for name in ["footprints_r0c1.gpkg", "roads_r0c2.qml", "bridges_points.sld", "layers.qgs"] {
      #expect(own.contain("5-footprints/job_\(name)"), "\(name)")
    }
    #expect(!own.contain("5-footprints/job_roads_r0c3.gpkg"))
    #expect((0..<3).map(plan.sources(ofFiles:)) == [[0, 1], [1], [1]])
    let small = try drawnPlan(
      scenes: [PixelWindow(x: 0, y: 0, width: 600, height: 600)], layers: [.buildings, .roads])
    #expect(small.sources(ofFiles: 0) == [0])
  }
}
