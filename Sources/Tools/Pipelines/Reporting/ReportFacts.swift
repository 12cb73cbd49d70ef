import Foundation
import Grids
import Mosaicking
import Previews
import ShardStores

/// Everything that a report tells of a finished run.
struct ReportFacts {
  /// The map as it looks, as PNG files.
  struct Pictures {
    /// The scenes; nil where they cannot be drawn.
    var ground: [UInt8]?
    /// The classes: over the scenes, where these are drawn.
    var map: [UInt8]?
  }

  /// A file of the run.
  struct File {
    var path: String
    var bytes: Int
    var hash: String
  }

  let result: MapResult
  let plan: RunPlan
  let record: RunRecord
  /// The pipeline as resolved.
  let pipeline: String
  /// When the report was written (ISO 8601).
  let written: String
  let pictures: Pictures
  /// What each class covers; nil where the run writes no classes.
  let classes: ClassAreas?
  let layers: [LayerFigures]
  let files: [File]
  /// What `mapwright evaluate` found, and its curve as SVG.
  let evaluation: Evaluation?
  let curve: String?

  /// Gathers what there is to tell.
  ///
  /// - Complexity: Reads classes and footprints once, and the scenes of a small map.
  init(
    _ result: MapResult, plan: RunPlan, record: RunRecord, in folder: RunFolder,
    evaluation: URL? = nil, at time: Date = Date()
  ) throws {
    self.result = result
    self.plan = plan
    self.record = record
    pipeline = try RunFolder.text(of: folder.pipeline) ?? ""
    written = time.ISO8601Format()
    pictures = try Pictures(of: plan, in: folder)
    classes = try ClassAreas(of: folder, plan: plan)
    layers = try LayerFigures.all(of: result, plan: plan, in: folder)
    let store = try ShardStore(reading: folder.queue.path)
    files = try [WorkStage.mosaic, .export].flatMap { stage in
      try store.artifacts(stage: stage.rawValue).map {
        File(path: $0.path, bytes: $0.bytes, hash: $0.fileHash)
      }
    }
    self.evaluation = try evaluation.map(Self.evaluation)
    curve = try evaluation.flatMap {
      try RunFolder.text(of: $0.appending(path: "precision-recall.svg"))
    }
  }

  private static func evaluation(in folder: URL) throws -> Evaluation {
    let file = folder.appending(path: "evaluation.json")
    do { return try JSONDecoder().decode(Evaluation.self, from: Data(contentsOf: file)) } catch {
      throw InputError.cannotRead(path: file.path, reason: RunError.words(of: error))
    }
  }
}

extension ReportFacts.Pictures {
  /// Draws the map, over its scenes where that is cheap and they can be read.
  fileprivate init(of plan: RunPlan, in folder: RunFolder) throws {
    guard plan.rasters.contains(.classes) else { return }
    let files = plan.mosaicLayout.sheets.map { sheet in
      SheetFile(
        path: folder.file(plan.mosaicPath(of: .classes, sheet: sheet)).path, window: sheet.window)
    }
    guard files.allSatisfy({ FileManager.default.fileExists(atPath: $0.path) }) else { return }
    let drawn = (folder.ground, folder.file(plan.previewPath(of: plan.mosaicLayout.sheets[0])))
    if plan.drawsPreview, files.count == 1, let ground = try? Data(contentsOf: drawn.0),
      let map = try? Data(contentsOf: drawn.1)
    {
      (self.ground, self.map) = (Array(ground), Array(map))
      return
    }
    let maker = PreviewMaker(scheme: plan.model.scheme)
    guard let scenes = ScenePicture(of: plan) else {
      map = try maker.picture(of: files, window: plan.window).encoded()
      return
    }
    var picture: PNGImage?
    let overlay = try maker.overlay(of: files, window: plan.window) { window, size in
      let pixels = scenes.pixels(of: window, size: size)
      picture = PNGImage(width: size.width, height: size.height, pixels: .rgb(pixels))
      return pixels
    }
    guard scenes.isWhole, let picture else {
      map = try maker.picture(of: files, window: plan.window).encoded()
      return
    }
    (ground, map) = (try picture.encoded(), try overlay.encoded())
  }
}
