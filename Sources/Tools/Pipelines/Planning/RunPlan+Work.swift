import GeoFiles
import Grids
import Imagery
import Inference
import Mosaicking
import ShardStores
import Tiling

// How a plan falls into pieces of queue work, and which waits for which.
//
//     infer: a shard ──▶ mosaic: a layer of a sheet ──▶ trace: a shard ──▶ export: one

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
      })
  }

  /// The files that the map consists of.
  var mosaicLayout: MosaicLayout { MosaicLayout(window: window, shards: shards) }

  /// How the blocks of the map are packed.
  var compression: GeoTIFFDescription.Compression {
    usesZstandard ? .zstd(level: 9) : .deflate(level: 6)
  }

  /// Where a layer of a sheet is published, relative to the run's folder.
  func mosaicPath(of layer: MosaicLayer, sheet: MosaicSheet) -> String {
    "\(RunFolder.mosaics)/\(name)_\(partLayers.name(of: layer))\(sheet.suffix).tif"
  }

  /// The records of all the plan's work, as a new run's queue begins with them.
  func records() -> [ShardRecord] {
    let span = span
    let numbers = 0..<span.count
    let hasPicture = numbers.map(hasScene)
    let infer = numbers.map {
      ShardRecord(
        key: ShardKey(stage: WorkStage.infer.rawValue, index: $0),
        state: hasPicture[$0] ? .ready : .skipped)
    }
    let sheets = mosaicLayout.sheets
    let mosaics = sheets.indices.flatMap { sheet in
      let waits = span.numbers(meeting: sheets[sheet].window).count { hasPicture[$0] }
      return rasters.indices.map { layer in
        record(.mosaic, sheet * rasters.count + layer, waits: waits)
      }
    }
    guard footprints != nil else { return infer + mosaics }
    let traces = numbers.map { index in
      hasPicture[index]
        ? record(.trace, index, waits: mosaics.count)
        : ShardRecord(
          key: ShardKey(stage: WorkStage.trace.rawValue, index: index), state: .skipped)
    }
    let waits = traces.count { $0.state != .skipped }
    let export = record(.export, 0, waits: waits == 0 ? mosaics.count : waits)
    return infer + mosaics + traces + [export]
  }

  private func record(_ stage: WorkStage, _ index: Int, waits: Int) -> ShardRecord {
    ShardRecord(
      key: ShardKey(stage: stage.rawValue, index: index), state: waits > 0 ? .blocked : .ready,
      waits: waits)
  }

  /// The work that waits for a piece of work.
  func successors(of key: ShardKey) -> Successors {
    switch WorkStage(rawValue: key.stage) {
    case .infer:
      let place = span.window(of: key.index)
      let sheets = mosaicLayout.sheets
      return .shards(
        sheets.indices.filter { sheets[$0].window.intersects(place) }.flatMap { sheet in
          rasters.indices.map {
            ShardKey(stage: WorkStage.mosaic.rawValue, index: sheet * rasters.count + $0)
          }
        })
    case .mosaic: return footprints == nil ? .none : .stage(WorkStage.trace.rawValue)
    case .trace: return .stage(WorkStage.export.rawValue)
    case .export, nil: return .none
    }
  }

  /// Whether the rest can go on when a piece of work was set aside: a missing shard is a hole that
  /// the coverage layer shows, a missing layer of the map is none.
  static func endsWithout(_ key: ShardKey) -> Bool { key.stage == WorkStage.infer.rawValue }
}
