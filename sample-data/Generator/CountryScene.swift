import GeoFiles
import Grids
import Polygons

/// A scene of a drawn country, in a reference system of its own.
struct CountryScene {
  private let side: Int
  private let number: Int
  private let crs: CoordinateReference
  private let transform: GeoTransform
  /// From its pixels to metres in the country's own system, as good as straight over one scene.
  private let toHome: GeoTransform

  /// Places a scene.
  ///
  /// - Parameters:
  ///   - place: Its north-western corner, in the country's own system.
  ///   - side: Its side, in pixels.
  ///   - system: Its reference system.
  ///   - number: What its clouds are drawn by.
  init(_ place: Point, side: Int, system: String, number: Int) throws {
    (self.side, self.number) = (side, number)
    crs = try CoordinateReference(definition: system)
    let home = try CoordinateReference(definition: Country.home)
    guard system != Country.home else {
      transform = GeoTransform(west: place.x, north: place.y, pixel: Country.pixel)
      toHome = transform
      return
    }
    // The scene's own upright square around the middle of the one it stands for.
    let half = Double(side) / 2 * Country.pixel
    let away = try CoordinateConverter(from: home, to: crs).convert([
      Point(x: place.x + half, y: place.y - half)
    ])[0]
    // Web mercator's metres are longer than the ground's by next to nothing here, near the equator.
    let (west, north) = ((away.x - half).rounded() + 0.2, (away.y + half).rounded() - 0.3)
    transform = GeoTransform(west: west, north: north, pixel: Country.pixel)
    let extent = Double(side) * Country.pixel
    let corners = try CoordinateConverter(from: crs, to: home).convert([
      Point(x: west, y: north), Point(x: west + extent, y: north),
      Point(x: west, y: north - extent),
    ])
    let count = Double(side)
    toHome = GeoTransform(
      originX: corners[0].x, columnX: (corners[1].x - corners[0].x) / count,
      rowX: (corners[2].x - corners[0].x) / count, originY: corners[0].y,
      columnY: (corners[1].y - corners[0].y) / count, rowY: (corners[2].y - corners[0].y) / count)
  }

  /// Writes it as a tiled GeoTIFF of three bands, in strips, so that its side is no matter of memory.
  func write(to path: String) throws {
    var description = GeoTIFFDescription(
      size: PixelSize(width: side, height: side), bandCount: 3, transform: transform, crs: crs,
      nodata: 0)
    description.bandNames = ["red", "green", "blue"]
    description.compression = .deflate(level: 1)
    let writer = try GeoTIFFWriter(creating: path, description)
    for y in Swift.stride(from: 0, to: side, by: GeoTIFFWriter.block) {
      let strip = PixelWindow(
        x: 0, y: y, width: side, height: min(GeoTIFFWriter.block, side - y))
      var pixels = [UInt8](repeating: 0, count: strip.area)
      for row in 0..<strip.height { fill(&pixels, row: row, at: y + row) }
      for band in 1...3 {
        try writer.write(pixels, in: strip, band: band)
      }
    }
    try writer.close()
  }

  /// Fills a row: clouds hold no picture, blocks are bright, fields are dark.
  private func fill(_ pixels: inout [UInt8], row: Int, at y: Int) {
    let clouds = self.clouds
    let start = row * side
    var (cell, value, inner) = ((Int.min, Int.min), UInt8(60), 0.0)
    for x in 0..<side {
      let ground = toHome.ground(x: Double(x) + 0.5, y: Double(y) + 0.5)
      let (u, v) = ((ground.x / 40).rounded(.down), (ground.y / 40).rounded(.down))
      if cell != (Int(u), Int(v)) {
        cell = (Int(u), Int(v))
        let bits = mixed(UInt64(bitPattern: Int64(cell.0 &* 1_000_003 &+ cell.1)))
        // A third of the cells hold no block; fields of 64 cells have one colour.
        inner = bits % 3 == 0 ? 0 : 8 + Double(bits >> 8 & 15)
        value =
          40 + UInt8(mixed(UInt64(bitPattern: Int64((cell.0 >> 3) &* 7919 &+ cell.1 >> 3))) & 31)
      }
      let (dx, dy) = (ground.x - 40 * u, ground.y - 40 * v)
      let isBlock = dx > 6 && dy > 6 && dx < 6 + inner && dy < 6 + inner
      pixels[start + x] = isBlock ? 200 : value
    }
    for cloud in clouds {
      let height = Double(y) - cloud.y
      guard abs(height) < cloud.radius else { continue }
      let half = (cloud.radius * cloud.radius - height * height).squareRoot()
      let first = max(0, Int(cloud.x - half))
      let end = min(side, Int(cloud.x + half))
      if first < end { for x in first..<end { pixels[start + x] = 0 } }
    }
  }

  private struct Cloud { let x, y, radius: Double }

  /// Every third scene has two.
  private var clouds: [Cloud] {
    guard number % 3 == 1 else { return [] }
    var dice = Dice(seed: UInt64(number))
    return (0..<2).map { _ in
      Cloud(
        x: dice.unit() * Double(side), y: dice.unit() * Double(side),
        radius: dice.between(0.05, 0.15) * Double(side))
    }
  }
}
