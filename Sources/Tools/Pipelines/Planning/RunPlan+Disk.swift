import Grids
import Mosaicking

// How much disk a run takes. What is reckoned for a pixel and layer, smaller copies included: 0.13
// bytes of classes or coverage, 0.8 of a probability. The sample region (4.4 Mpx, DEFLATE) takes 0.03
// of classes, 0.01 of coverage, 0.48 and 0.20 of the two probabilities.

extension RunPlan {
  /// An upper bound of the disk that is needed while the run goes on, in bytes, before compression.
  var diskBound: Int { window.area * (partLayers.bandCount + rasters.count * 7 / 3) }

  /// What the run will need at most, in bytes: all parts, all layers with their smaller copies, and
  /// the largest of them a second time while it is written.
  var diskNeed: Int {
    let parts = 0.2 + 0.6 * Double(partLayers.probabilities.count)
    let layers = rasters.map(Self.share)
    let sheet = mosaicLayout.sheets.map(\.window.area).max() ?? 0
    return Int(Double(window.area) * (parts + layers.reduce(0, +) * 4 / 3))
      + Int(Double(sheet) * (layers.max() ?? 0) * 4 / 3)
  }

  /// What stays free while the run goes on, in bytes: two of the largest shards, and 256 MB.
  var diskReserve: Int {
    let pixels = min(shards.side * shards.side, window.area)
    return 2 * pixels * partLayers.bandCount + 256_000_000
  }

  private static func share(_ layer: MosaicLayer) -> Double {
    switch layer {
    case .classes, .coverage, .provenance: 0.1
    case .probability: 0.6
    }
  }
}
