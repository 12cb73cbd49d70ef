import Foundation
import Grids
import Mosaicking
import Previews
import ShardStores

/// Everything that a report tells of a finished run.
struct ReportFacts {
  /// The map as it looks, as PNG files.
  struct Pictures {
    /// The scenes; nil where the preview does not show them.
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
  /// The folders of what it was made from and where.
  let folders: FolderNames
  /// What `mapwright evaluate` found, and its curve as SVG.
  let evaluation: Evaluation?
  let curve: String?

  /// Gathers what there is to tell.
  ///
  /// - Complexity: Reads classes and footprints once.
  init(
    _ result: MapResult, plan: RunPlan, record: RunRecord, in folder: RunFolder,
    evaluation: URL? = nil, at time: Date = Date()
  ) throws {
    self.result = result
    self.plan = plan
    self.record = record
    pipeline = try RunFolder.text(of: folder.pipeline) ?? ""
    written = time.ISO8601Format()
    folders = FolderNames(of: plan, in: folder)
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
  /// Takes what the preview was drawn with, and else draws the classes alone.
  ///
  /// To draw the scenes means to read all of them once more, if they are still there. Of a map of sheets
  /// that are small beside the ground between them, nothing would be seen: its largest sheet is shown.
  fileprivate init(of plan: RunPlan, in folder: RunFolder) throws {
    let files = plan.mosaicLayout.sheets.map { sheet in
      SheetFile(
        path: folder.file(plan.mosaicPath(of: .classes, sheet: sheet)).path, window: sheet.window)
    }
    guard files.allSatisfy({ FileManager.default.fileExists(atPath: $0.path) }) else { return }
    let preview = folder.file(plan.previewPath(of: plan.mosaicLayout.sheets[0]))
    if plan.drawsPreview, let drawn = try? Data(contentsOf: folder.ground),
      let over = try? Data(contentsOf: preview)
    {
      (ground, map) = (Array(drawn), Array(over))
    } else {
      let sheets = plan.mosaicLayout.sheets
      let covered = sheets.reduce(0) { $0 + $1.window.area }
      if let largest = sheets.max(by: { $0.window.area < $1.window.area }), sheets.count > 1,
        covered < plan.window.area / 16,
        let drawn = try? Data(contentsOf: folder.file(plan.previewPath(of: largest)))
      {
        map = Array(drawn)
        return
      }
      let maker = PreviewMaker(scheme: plan.model.scheme)
      map = try maker.picture(of: files, window: plan.window).encoded()
    }
  }
}
