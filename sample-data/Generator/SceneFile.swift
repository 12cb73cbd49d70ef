import GeoFiles
import Grids

/// A scene on disk: a tiled GeoTIFF of three bytes per pixel.
struct SceneFile {
  let scene: Scene
  let path: String

  init(_ scene: Scene, in folder: String) {
    self.scene = scene
    path = "\(folder)/\(scene.name).tif"
  }

  /// Writes a picture, replacing what is there.
  func write(_ picture: [UInt8]) throws {
    var description = GeoTIFFDescription(
      size: size, bandCount: 3, transform: scene.transform,
      crs: try CoordinateReference(definition: SampleRegion.crs),
      nodata: scene.wedge == nil ? nil : 0)
    description.bandNames = ["red", "green", "blue"]
    try write(picture, to: path, description)
  }

  /// Writes the labels of the scene beside its picture, in colours that can be looked at.
  func writeLabels(_ labels: [UInt8]) throws {
    var description = GeoTIFFDescription(
      size: size, bandCount: 1, transform: scene.transform,
      crs: try CoordinateReference(definition: SampleRegion.crs), nodata: Label.unknown.rawValue)
    description.bandNames = ["label"]
    description.colors = [
      [217, 217, 217], [228, 87, 46], [242, 193, 78], [90, 90, 96], [66, 126, 176], [150, 60, 150],
    ]
    try write(labels, to: "\(path.dropLast(4))-labels.tif", description)
  }

  private func write(
    _ bytes: [UInt8], to path: String, _ described: GeoTIFFDescription
  ) throws {
    var description = described
    description.compression = .deflate(level: 9)
    let writer = try GeoTIFFWriter(creating: path, description)
    for band in 1...description.bandCount {
      for block in blocks {
        let part = (block.y..<block.maxY).flatMap { row in
          let start = ((band - 1) * size.height + row) * size.width
          return bytes[start + block.x..<start + block.maxX]
        }
        try writer.write(part, in: block, band: band)
      }
    }
    try writer.close()
  }

  /// The file's own blocks, one by one, so that none carries its neighbour's bytes in its padding.
  private var blocks: [PixelWindow] {
    let side = GeoTIFFWriter.block
    return stride(from: 0, to: size.height, by: side).flatMap { y in
      stride(from: 0, to: size.width, by: side).map { x in
        PixelWindow(
          x: x, y: y, width: min(side, size.width - x), height: min(side, size.height - y))
      }
    }
  }

  /// Whether the file holds exactly this picture in exactly this place.
  func holds(_ picture: [UInt8]) throws -> Bool {
    let file = try Dataset(opening: path)
    guard file.size == size, file.bandCount == 3, file.transform == scene.transform else {
      return false
    }
    return try file.readBytes(in: PixelWindow(size), bands: [1, 2, 3]) == picture
  }

  private var size: PixelSize { PixelSize(width: scene.columns, height: scene.rows) }
}

extension Scene {
  /// From the scene's pixels to ground coordinates.
  var transform: GeoTransform {
    let origin = SampleRegion.ground(of: corner)
    let way = heading.along * Camera.pixel
    return GeoTransform(
      originX: origin.x, columnX: way.x, rowX: way.y, originY: origin.y, columnY: way.y,
      rowY: -way.x)
  }
}
