/// A pipeline file, from what trials change of it.
struct PipelineText: Sendable {
  var scenes = "scene.tif"
  var bands = "[1, 2, 3]"
  var nodata: Int?
  var chip = 192
  var halo = 32
  var shard = 512
  var batch = 1
  var threads: Int?
  var scale = "0.00392156862745098"
  var mean = "0"
  var std = "1"
  var model = "bright.onnx"
  var classes = "{0: background, 1: building}"
  var layers = "[class, probability, coverage]"
  var compression = "deflate"
  var preview = true
  var smallest = 4
  var threshold = "0.5"
  var outline = "squared"
  var formats = "[gpkg, fgb, geojsonl]"
  /// More lines of the section `queue:`, such as `reserve_mb: 8`.
  var queue: [String] = []

  var text: String {
    """
    name: job
    scenes: {files: \(scenes), bands: \(bands)\(nodata.map { ", nodata: \($0)" } ?? "")}
    tiling: {chip_px: \(chip), halo_px: \(halo)}
    queue: {\((["shard_px: \(shard)"] + queue).joined(separator: ", "))}
    inference:
      model: \(model)
      scale: \(scale)
      mean: \(mean)
      std: \(std)
      classes: \(classes)
      batch: \(batch)
    \(threads.map { "  threads: \($0)" } ?? "")
    mosaic: {layers: \(layers), compression: \(compression), preview: \(preview)}
    footprints:
      class: building
      smallest_m2: \(smallest)
      threshold: \(threshold)
      outline: \(outline)
      write: \(formats)

    """
  }

  /// The chips of one shard.
  var chipsPerShard: Int { (shard / (chip - 2 * halo)) * (shard / (chip - 2 * halo)) }
}
