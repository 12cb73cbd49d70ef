import Checksums
import Foundation
import GeoFiles
import Grids
import Imagery
import Mosaicking

/// Cuts a lost part from the map that was once made of it.
///
/// The layers of a map hold every band of its parts without loss, so the map is their archive: to
/// join it in another way, nothing need be inferred.
struct PartRestorer {
  let plan: RunPlan
  let folder: RunFolder

  /// Whether every band of a part is in the kept map.
  var canRestore: Bool {
    plan.partLayers.all.allSatisfy { layer in plan.kept.contains { $0.layer == layer } }
  }

  /// Writes the part of a window.
  ///
  /// - Returns: The hash of its pixels; nil when the map does not hold all of it.
  func write(_ window: PixelWindow, to path: String, step: () -> Void) throws -> ContentHash? {
    let layers = plan.partLayers
    var files: [MosaicLayer: (file: RestoredFile, window: PixelWindow)] = [:]
    for layer in layers.all {
      let kept = plan.kept.first { $0.layer == layer && $0.window.contains(window) }
      guard let kept else { return nil }
      files[layer] = (try RestoredFile(folder.file(kept.path).path), kept.window)
    }
    var part = try PartWriter(creating: path, window: window, grid: plan.grid, layers: layers)
    for y in stride(from: window.y, to: window.maxY, by: GeoTIFFWriter.block) {
      let strip = PixelWindow(
        x: window.x, y: y, width: window.width, height: min(GeoTIFFWriter.block, window.maxY - y))
      var map = ClassMap(
        window: strip, layerCount: layers.probabilities.count, coverage: .outside)
      map.probabilities = []
      for layer in layers.all {
        guard let (file, place) = files[layer] else { return nil }
        let part = strip.translated(byX: -place.x, y: -place.y)
        if layer == .provenance {
          map.provenance = try file.dataset.readWords(in: part, band: 1)
          continue
        }
        let pixels = try file.dataset.readBytes(in: part, bands: [1])
        switch layer {
        case .classes: map.classes = pixels
        case .coverage: map.coverage = pixels
        case .probability: map.probabilities += pixels
        case .provenance: break
        }
      }
      try part.add(map)
      step()
    }
    return try part.finish()
  }
}

/// A box around a dataset, so that it can be kept in a list.
private final class RestoredFile {
  let dataset: Dataset

  init(_ path: String) throws { dataset = try Dataset(opening: path) }
}
