import Foundation
import GeoFiles
import Grids
import Imagery
import Inference
import Mosaicking
import ShardStores
import Tiling

// How a plan falls into pieces of queue work, and which waits for which.
//
//     infer: a shard ──▶ mosaic: a layer of a sheet ──▶ trace: a shard, layer by layer ──▶ export: a layer

extension RunPlan {
  /// The bands of the shards' parts.
  var partLayers: PartLayers {
    PartLayers(
      scheme: model.scheme,
      probabilities: model.layers.map { layer in
        switch layer {
        case .published(let index): model.scheme.published[index].name
        case .contact: "contact"
        }
      }, tellsProvenance: tellsProvenance)
  }

  /// How the blocks of the map are packed.
  var compression: GeoTIFFDescription.Compression {
    switch MosaicSettings.Compression(rawValue: packing) {
    case .zstd: .zstd(level: 9)
    case .lerc: .lerc
    case .deflate, nil: .deflate(level: 5)
    }
  }

  /// Where a shard's part is published, relative to the run's folder; `#` stands for its hash.
  func partPath(of shard: ShardIndex) -> String {
    "\(RunFolder.parts)/shard_r\(shard.row)c\(shard.column).#.tif"
  }

  /// Where a layer of a sheet is published, relative to the run's folder.
  func mosaicPath(of layer: MosaicLayer, sheet: MosaicSheet) -> String {
    "\(RunFolder.mosaics)/\(name)_\(partLayers.name(of: layer))\(sheet.suffix).tif"
  }

  /// Where the union of a layer's sheets is published, relative to the run's folder.
  func unionPath(of layer: MosaicLayer) -> String {
    "\(RunFolder.mosaics)/\(name)_\(partLayers.name(of: layer)).vrt"
  }

  /// Whether the map has sheets, and a union of each layer's.
  var hasUnions: Bool { mosaicLayout.sheets.contains { $0.row != nil } }

  /// Where the preview of a sheet is published, relative to the run's folder.
  func previewPath(of sheet: MosaicSheet) -> String {
    "\(RunFolder.mosaics)/\(name)_preview\(sheet.suffix).png"
  }

  /// Where a file of a layer of outlines, roads or bridges is published, relative to the run's folder.
  ///
  /// - Parameter ending: What its name ends in after that of the layer: `.gpkg`, `_r0c1.gpkg`.
  func path(ofLayer layer: String, ending: String) -> String {
    "\(RunFolder.footprints)/\(name)_\(layer)\(ending)"
  }

  /// The files of a layer that are there, in a format that can be read again: one, or its parts.
  func readableFiles(of layer: PlannedLayer, in folder: RunFolder) -> [String] {
    let known = VectorFormat.allCases.filter(\.isReadable).map(\.fileExtension)
    guard let format = known.first(where: layer.formats.contains) ?? layer.formats.first else {
      return []
    }
    // A map of one sheet has no parts, and its only sheet no suffix.
    return Set([""] + mosaicLayout.sheets.map(\.suffix)).sorted()
      .map { folder.file(path(ofLayer: layer.name, ending: "\($0).\(format)")).path }
      .filter(FileManager.default.fileExists)
  }

  /// How many pieces of work a stage has.
  func count(of stage: WorkStage) -> Int {
    switch stage {
    case .infer: span.count
    case .mosaic: mosaicLayout.sheets.count * rasters.count
    case .trace: tracedLayers.count * span.count
    case .export: footprints.count
    }
  }

  /// The records of all the plan's work, as a new run's queue begins with them.
  ///
  /// They are made one by one: a country has a million of them.
  func records() -> some Sequence<ShardRecord> {
    let span = span
    let waits = mosaicLayout.sheets.map { span.numbers(meeting: $0.window).count }
    let isMapped = waits.contains { $0 > 0 }
    let traces = isMapped ? span.count * tracedLayers.count : 0
    return WorkStage.allCases.lazy.flatMap { stage in
      (0..<count(of: stage)).lazy.map { index in
        switch stage {
        case .infer:
          record(stage, index, waits: 0, weight: weight(of: index))
        case .mosaic: record(stage, index, waits: waits[index / rasters.count])
        // A gate: all open at once when the last layer of the map is there.
        case .trace:
          record(stage, index, waits: 1)
        // Each waits for all shards of all layers, which end at about the same time.
        case .export: record(stage, index, waits: traces)
        }
      }
    }
  }

  private func record(
    _ stage: WorkStage, _ index: Int, waits: Int, weight: Int = 0
  ) -> ShardRecord {
    ShardRecord(
      key: ShardKey(stage: stage.rawValue, index: index), state: waits > 0 ? .blocked : .ready,
      waits: waits, weight: weight)
  }

  /// The chips of a shard that hold a picture, where the run is small; otherwise 1 for a shard that
  /// begins a row of neighbours, and 0 for those after it.
  ///
  /// In a small run the last shards decide how long some workers wait for others. In a large one a
  /// worker goes along a row, so that it still has what the halos of the last shard have shown of the
  /// next; rows that nobody has begun go first.
  func weight(of number: Int) -> Int {
    guard span.count <= Self.fewShards else { return span.beginsStretch(number) ? 1 : 0 }
    let pixels = span.window(of: number)
    let seen = scenes.scenes(meeting: pixels)
    return shards.chips(of: span[number]).count { chip in
      let core = shards.chips.core(of: chip)
      let part = core.intersection(pixels)
      return !part.isEmpty && seen.contains { scenes.scenes[$0].meets(part) }
    }
  }

  /// So many shards at most make a small run.
  private static let fewShards = 64

  /// The work that waits for a piece of work.
  func successors(of key: ShardKey) -> Successors {
    switch WorkStage(rawValue: key.stage) {
    case .infer:
      let place = span.window(of: key.index)
      return .shards(
        mosaicLayout.numbers(meeting: place).flatMap { sheet in
          rasters.indices.map {
            ShardKey(stage: WorkStage.mosaic.rawValue, index: sheet * rasters.count + $0)
          }
        })
    case .mosaic:
      return footprints.isEmpty
        ? .none
        : .gate(stage: WorkStage.trace.rawValue, behind: WorkStage.mosaic.rawValue)
    case .trace: return .stage(WorkStage.export.rawValue)
    case .export, nil: return .none
    }
  }

  /// Whether the rest can go on when a piece of work was set aside: a missing shard is a hole that
  /// the coverage layer or the report shows, a missing layer of the map is none.
  static func endsWithout(_ key: ShardKey) -> Bool {
    key.stage == WorkStage.infer.rawValue || key.stage == WorkStage.trace.rawValue
  }
}
