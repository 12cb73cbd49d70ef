import BuiltinNetworks
import Foundation
import Grids
import Imagery
import Inference
import Mosaicking
import ShardStores
import Tiling

@testable import Pipelines

/// A plan of shards of 512 px, without files: scenes are windows of the lattice.
func drawnPlan(
  scenes: [PixelWindow], rasters: [MosaicLayer] = [.classes, .coverage, .probability(0)],
  layers: [PlannedLayer] = [.buildings]
) throws -> RunPlan {
  struct DrawnScene: Encodable {
    var path: String
    var files: [String]
    var window: PixelWindow
    var bands = [1]
    var holdsBytes = true
  }
  struct DrawnScenes: Encodable {
    var grid: RunGrid
    var scenes: [DrawnScene]
    var elementType = "uint8"
    var bandNames = ["red"]
    var window: PixelWindow
  }
  let window = scenes.dropFirst().reduce(scenes[0]) { $0.union($1) }
  let grid = RunGrid(
    of: GeoTransform(west: 0, north: 0, pixel: 0.5),
    crs: CoordinateReference(wkt: "", code: "EPSG:32636", name: "UTM", isGeographic: false))
  let drawn = DrawnScenes(
    grid: grid,
    scenes: scenes.enumerated().map {
      DrawnScene(path: "\($0).tif", files: ["\($0).tif"], window: $1)
    }, window: window)
  let shards = try ShardLayout(chips: ChipLayout(chip: 192, halo: 32), side: 512)
  let set = try JSONDecoder().decode(SceneSet.self, from: JSONEncoder().encode(drawn))
  let pictures = PictureIndex(scenes: set, region: nil, margin: 0)
  return RunPlan(
    name: "job", scenes: set,
    sources: scenes.map { _ in [] }, window: window,
    shards: shards,
    model: .init(
      path: "m.onnx", hash: String(repeating: "0", count: 64), scaling: PixelScaling(),
      activation: .none,
      scheme: ClassScheme(published: [
        .init(name: "background", color: [0, 0, 0], channels: [0]),
        .init(name: "building", color: [9, 9, 9], channels: [1]),
      ]), layers: [.published(1)]),
    batch: 1, packing: "deflate", keepsParts: false, drawsPreview: true, rasters: rasters,
    footprints: layers,
    pixelArea: 0.25, span: pictures.span(of: shards, in: window),
    mosaicLayout: pictures.sheets(of: shards, in: window), census: ChipCensus(),
    numbers: .builtin)
}

extension PlannedLayer {
  /// Outlines of the only class.
  static let buildings = PlannedLayer(
    name: "footprints", classes: [1], threshold: 0.5,
    form: .outline(OutlineForm(smallest: 4, outline: "squared", largest: 100)), formats: ["gpkg"])
  /// Roads, and the bridges along them as the second layer after them.
  static let roads = PlannedLayer(
    name: "roads", classes: [1], threshold: 0.5,
    form: .centerline(CenterlineForm(narrowest: 2, widest: 25, spur: 10)), formats: ["gpkg"])

  static func bridges(of roads: Int) -> PlannedLayer {
    PlannedLayer(
      name: "bridges", classes: [], threshold: 0.5,
      form: .bridge(BridgeForm(roads: roads, over: 1)), formats: ["gpkg"])
  }
}

extension RunPlan {
  /// The rows and files of the plan when all is done: parts and fragments deleted, unless kept.
  func finished(keepingParts: Bool = false) -> Revision.Findings {
    var findings = Revision.Findings(before: self, after: self, records: [:], artifacts: [:])
    for var record in records() {
      let stage = WorkStage(rawValue: record.key.stage) ?? .infer
      if record.state != .skipped {
        (record.state, record.waits, record.fence) = (.done, 0, 2)
        (record.madeCount, record.inputHash) = (16, stage == .infer ? "pixels" : nil)
        let isDeleted = (stage == .infer && !keepingParts) || stage == .trace
        findings.artifacts[record.key] = [
          Artifact(
            key: record.key, part: 0, path: "\(record.key)", bytes: 1, fileHash: "f",
            contentHash: "c\(record.key)", isRetired: isDeleted)
        ]
      }
      findings.records[record.key] = record
    }
    return findings
  }
}

extension Revision {
  /// The states of a stage's rows, in order.
  func states(_ stage: WorkStage) -> [ShardRecord.State] {
    records.filter { $0.key.stage == stage.rawValue }.map(\.state)
  }
}
