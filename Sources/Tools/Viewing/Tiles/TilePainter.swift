import GeoFiles
import Grids
import Imagery
import Pipelines
import Polygons
import Previews

/// Draws tiles of a run; it belongs to one thread, which keeps files open between tiles.
final class TilePainter {
  let map: RunMap
  private let mercator: CoordinateReference
  private let toGrid: CoordinateConverter
  /// The map's extent in web mercator.
  let bounds: GroundBounds
  private var open: [(path: String, raster: OpenRaster)] = []
  private var converters: [CoordinateReference: CoordinateConverter] = [:]
  private var stretches: [[(low: Float, high: Float)]?] = []

  /// So many files stay open at most.
  private static let mostOpen = 24
  /// So many shards' parts are read for one tile at most.
  static let mostParts = 64

  /// Prepares to draw a run.
  init(of map: RunMap) throws {
    try RunMap.prepareThread()
    self.map = map
    mercator = try Mercator.reference()
    toGrid = try CoordinateConverter(from: mercator, to: map.grid.crs)
    bounds = try Self.bounds(of: map.window, map.grid, in: mercator)
  }

  /// The extent of a window of the lattice in another system.
  static func bounds(
    of window: PixelWindow, _ grid: RunGrid, in crs: CoordinateReference
  ) throws -> GroundBounds {
    let converter = try CoordinateConverter(from: grid.crs, to: crs)
    let steps = 16
    var border: [Point] = []
    for step in 0...steps {
      let (along, down) = (
        Double(window.x) + Double(window.width * step) / Double(steps),
        Double(window.y) + Double(window.height * step) / Double(steps)
      )
      for place in [
        (along, Double(window.y)), (along, Double(window.maxY)), (Double(window.x), down),
        (Double(window.maxX), down),
      ] {
        let ground = grid.transform.ground(x: place.0, y: place.1)
        border.append(Point(x: ground.x, y: ground.y))
      }
    }
    let there = try converter.convert(border)
    let (xs, ys) = (there.map(\.x), there.map(\.y))
    return GroundBounds(
      west: xs.min() ?? 0, south: ys.min() ?? 0, east: xs.max() ?? 0, north: ys.max() ?? 0)
  }

  // MARK: - Layers

  /// Draws the scenes: the first that has a picture is seen.
  func imagery(_ tile: TileAddress) throws -> PNGImage {
    var canvas = TileCanvas()
    guard let onGrid = try TilePlaces(of: tile, in: bounds, map.grid.transform, by: toGrid) else {
      return canvas.image
    }
    for (index, picture) in map.pictures.enumerated()
    where picture.window.intersects(onGrid.window) && !canvas.isFull(onGrid.area) {
      try draw(picture, number: index, tile, into: &canvas)
    }
    return canvas.image
  }

  /// Draws a raster of the map from what is there of it now.
  ///
  /// - Returns: The picture, and a name that tells what it was made from.
  func raster(_ raster: RunMap.Raster, _ tile: TileAddress) throws -> PNGImage {
    let colors = palette(of: raster.content)
    var values = [UInt8](repeating: UInt8(colors.count - 1), count: TileCanvas.area)
    if let places = try TilePlaces(of: tile, in: bounds, map.grid.transform, by: toGrid) {
      for file in try files(of: raster, at: places) {
        try draw(file, places, most: UInt8(colors.count - 1), into: &values)
      }
    }
    return PNGImage(
      width: TileAddress.side, height: TileAddress.side, pixels: .palette(values, colors: colors))
  }

  /// The hashes of what a tile of a raster is made of, in order: another picture has others.
  func contents(of raster: RunMap.Raster, _ tile: TileAddress) throws -> [String] {
    guard let places = try TilePlaces(of: tile, in: bounds, map.grid.transform, by: toGrid) else {
      return []
    }
    return try files(of: raster, at: places).map(\.content)
  }

  private func files(
    of raster: RunMap.Raster, at places: TilePlaces
  ) throws -> [RunMap.RasterFile] {
    try map.files(of: raster, in: places.window.outset(by: 1), partLimit: Self.mostParts)
  }

  /// The colours of a raster's values; the last is that of pixels without a value.
  private func palette(of content: RunMap.Content) -> [[UInt8]] {
    func opaque(_ entry: RunMap.Entry) -> [UInt8] {
      entry.color + [entry.isBackground ? 0 : 255]
    }
    switch content {
    case .classes: return map.classes.map(opaque) + [[0, 0, 0, 0]]
    case .coverage: return map.coverage.map(opaque) + [[0, 0, 0, 0]]
    case .probability:
      // What is improbable steps back, so that the scenes are seen below it.
      return (0..<255).map { value in
        let level = UInt8(min(255, value * 255 / Int(ClassMap.certain)))
        return ColorRamp.color(level) + [UInt8(min(255, Int(level) * 3 / 2))]
      } + [[0, 0, 0, 0]]
    }
  }

  /// The value of a raster, or none, at a place in web mercator.
  func value(of raster: RunMap.Raster, at place: Point) throws -> UInt8? {
    let pixel = try pixel(at: place)
    guard map.window.contains(x: pixel.x, y: pixel.y) else { return nil }
    let one = PixelWindow(x: pixel.x, y: pixel.y, width: 1, height: 1)
    guard let file = try map.files(of: raster, in: one).first else { return nil }
    return try opened(file.path).dataset.readBytes(
      in: one.translated(byX: -file.window.x, y: -file.window.y), bands: [file.band])[0]
  }

  /// The pixel of the lattice at a place in web mercator.
  func pixel(at place: Point) throws -> (x: Int, y: Int) {
    let ground = try toGrid.convert([place])[0]
    let pixel = map.grid.transform.pixel(x: ground.x, y: ground.y)
    return (Int(pixel.x.rounded(.down)), Int(pixel.y.rounded(.down)))
  }

  // MARK: - Files

  private func opened(_ path: String) throws -> OpenRaster {
    if let place = open.firstIndex(where: { $0.path == path }) {
      let found = open.remove(at: place)
      open.append(found)
      return found.raster
    }
    let raster = try OpenRaster(path)
    open.append((path, raster))
    if open.count > Self.mostOpen { open.removeFirst() }
    return raster
  }

  private func draw(
    _ file: RunMap.RasterFile, _ places: TilePlaces, most: UInt8, into values: inout [UInt8]
  ) throws {
    let raster = try opened(file.path)
    guard let piece = raster.piece(places.window, of: file.window, scale: places.scale) else {
      return
    }
    var pixels = [UInt8](repeating: 0, count: piece.size.area)
    let inside = piece.window.translated(byX: -file.window.x, y: -file.window.y)
    try pixels.withUnsafeMutableBufferPointer {
      try raster.dataset.readBytes(
        in: inside, band: file.band, size: piece.size, nil, into: $0)
    }
    let shrink = 1 / Float(piece.factor)
    let width = piece.size.width
    let (lastX, lastY) = (width - 1, piece.size.height - 1)
    pixels.withUnsafeBufferPointer { pixels in
      values.withUnsafeMutableBufferPointer { values in
        places.forEach(in: piece.window) { pixel, x, y in
          let (column, row) = (min(Int(x * shrink), lastX), min(Int(y * shrink), lastY))
          values[pixel] = min(pixels[row &* width &+ column], most)
        }
      }
    }
  }

  private func draw(
    _ picture: RunMap.Picture, number: Int, _ tile: TileAddress, into canvas: inout TileCanvas
  ) throws {
    let raster = try opened(picture.path)
    guard let transform = raster.dataset.transform, let crs = raster.dataset.crs else { return }
    let whole = PixelWindow(raster.dataset.size)
    let known = converters[crs]
    let converter = try known ?? CoordinateConverter(from: mercator, to: crs)
    converters[crs] = converter
    guard let places = try TilePlaces(of: tile, in: bounds, transform, by: converter),
      let piece = raster.piece(places.window, of: whole, scale: places.scale)
    else { return }
    let bands = shownBands(of: picture, raster)
    let shown = try ScenePiece(
      reading: piece, of: raster, bands: bands, nodata: picture.nodata,
      stretch: try stretch(of: picture, number: number, raster, bands))
    canvas.draw(shown, at: places)
  }

  /// Red, green and blue where the file names them, else the first bands; one band alone is grey.
  private func shownBands(of picture: RunMap.Picture, _ raster: OpenRaster) -> [Int] {
    let own = raster.dataset.bands
    let named = ["red", "green", "blue"].compactMap { color in
      own.first { $0.interpretation == color || $0.name.lowercased() == color }?.index
    }
    if named.count == 3 { return named }
    return picture.bands.count >= 3 ? Array(picture.bands.prefix(3)) : [picture.bands[0]]
  }

  /// Between which numbers each band is shown; nil where they are bytes, and shown as they are.
  ///
  /// Those of the first picture hold for all, so that there is no seam between scenes.
  private func stretch(
    of picture: RunMap.Picture, number: Int, _ raster: OpenRaster, _ bands: [Int]
  ) throws -> [(low: Float, high: Float)]? {
    if let known = stretches.first { return known }
    let isByte = bands.allSatisfy { raster.dataset.bands[$0 - 1].elementType == .uint8 }
    if isByte {
      stretches.append(nil)
      return nil
    }
    let model = number == 0 ? raster : try opened(map.pictures[0].path)
    let size = model.dataset.size
    let share = min(1, 256 / Double(max(size.width, size.height)))
    let small = PixelSize(
      width: max(1, Int(Double(size.width) * share)),
      height: max(1, Int(Double(size.height) * share)))
    let found = try bands.map { band -> (low: Float, high: Float) in
      let (values, isValid) = try model.dataset.readSmall(band: band, size: small, .mean)
      let sorted = zip(values, isValid).filter(\.1).map(\.0).sorted()
      guard let first = sorted.first else { return (0, 1) }
      let (low, high) = (sorted[sorted.count / 50], sorted[sorted.count - 1 - sorted.count / 50])
      return low < high ? (low, high) : (first, first + 1)
    }
    stretches.append(found)
    return found
  }
}
