import Grids
import Mosaicking

// How much disk a run takes. What is reckoned for a pixel with a picture and layer, smaller copies
// included: 0.13 bytes of classes or coverage, 0.8 of a probability. The sample region (4.4 Mpx, DEFLATE)
// takes 0.03 of classes, 0.01 of coverage, 0.48 and 0.20 of the two probabilities. Pixels without a
// picture take a thousandth of a byte in each layer: what DEFLATE makes of blocks of one value. Outlines and
// roads take 0.1 bytes a pixel in each format, and 0.04 while they are gathered: the sample region's 761 take
// 0.07 to 0.11, a dense town's at 0.3 m 0.19 to 0.29 and 0.08, and open country's next to nothing.

extension RunPlan {
  /// The disk that a run takes, in bytes.
  struct DiskNeed: Hashable, Sendable, Codable {
    /// What is needed while it goes on, about: the map, the parts that are not deleted yet, the largest file a
    /// second time while it is written, and outlines.
    var inWork: Int
    /// What is left of it in the end, about.
    var kept: Int
    /// An upper bound of what is needed while it goes on: nothing can be compressed.
    var bound: Int
  }

  /// The disk that the run takes.
  ///
  /// Parts of a sheet are deleted when its layers are committed. Shards go sheet by sheet, so at a time
  /// there are the parts of one sheet, and of one that workers have begun already.
  var diskNeed: DiskNeed {
    let sheets = mosaicLayout.sheets.map(\.window.area)
    let pixels = sheets.reduce(0, +)
    let largest = sheets.max() ?? 0
    let layers = rasters.map(Self.share)
    let empty = Double(pixels - min(pixels, census.picturePixels)) * 0.001
    let map =
      (Double(census.picturePixels) * layers.reduce(0, +) + empty * Double(rasters.count)) * 4 / 3
    let part = 0.2 + 0.6 * Double(partLayers.probabilities.count)
    let inParts = keepsParts ? census.picturePixels : min(census.picturePixels, 2 * largest)
    let parts = Double(inParts) * part + 2 * empty
    let twice = Double(min(largest, census.picturePixels)) * (layers.max() ?? 0) * 4 / 3
    let formats = footprints.reduce(0) { $0 + $1.formats.count }
    let files = 0.1 * Double(census.picturePixels * formats)
    let gathered = 0.04 * Double(census.picturePixels * footprints.count)
    return DiskNeed(
      inWork: Int(map + parts + twice + files + gathered),
      kept: Int(map + files + (keepsParts ? parts : 0)),
      bound: pixels * (partLayers.bandCount + rasters.count * 7 / 3))
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
