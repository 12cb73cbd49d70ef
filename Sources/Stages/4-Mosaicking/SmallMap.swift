import GeoFiles
import Grids
import Imagery

/// The classes of a whole map, made small by halving.
struct SmallMap {
  /// How often the map was halved.
  let level: Int
  /// The pixels of the lattice that it shows; its last row and column may reach beyond the map.
  let window: PixelWindow
  /// The extent in its own pixels.
  let size: PixelSize
  /// The class of each pixel, or nodata.
  private(set) var classes: [UInt8]

  /// Reads the smaller copies that fit best, and halves them further where there are none.
  ///
  /// - Throws: ``MosaickingError/file(_:)``.
  init(
    of files: [SheetFile], window: PixelWindow, largestSide: Int
  ) throws(MosaickingError) {
    var level = 0
    while max(window.width, window.height) > largestSide << level { level += 1 }
    let factor = 1 << level
    self.level = level
    size = PixelSize(
      width: max(1, (window.width + factor - 1) / factor),
      height: max(1, (window.height + factor - 1) / factor))
    self.window = PixelWindow(
      x: window.x, y: window.y, width: size.width * factor, height: size.height * factor)
    classes = [UInt8](repeating: ClassMap.nodata, count: size.area)
    for file in files {
      let (pixels, extent) = try Self.read(file.path, level: level)
      place(
        pixels,
        at: PixelWindow(
          x: floorDivide(file.window.x - window.x, factor),
          y: floorDivide(file.window.y - window.y, factor), width: extent.width,
          height: extent.height))
    }
  }

  /// Whether a neighbour above, below, left or right has another class.
  func isEdge(_ index: Int) -> Bool {
    let (x, y) = (index % size.width, index / size.width)
    let value = classes[index]
    return (x > 0 && classes[index - 1] != value)
      || (x + 1 < size.width && classes[index + 1] != value)
      || (y > 0 && classes[index - size.width] != value)
      || (y + 1 < size.height && classes[index + size.width] != value)
  }

  private mutating func place(_ pixels: [UInt8], at place: PixelWindow) {
    let shared = place.intersection(PixelWindow(size))
    for y in shared.y..<shared.maxY {
      for x in shared.x..<shared.maxX {
        let value = pixels[(y - place.y) * place.width + x - place.x]
        // Sheets may share a row of these pixels; what is known is kept.
        if value != ClassMap.nodata { classes[y * size.width + x] = value }
      }
    }
  }

  private static func read(
    _ path: String, level: Int
  ) throws(MosaickingError) -> (pixels: [UInt8], size: PixelSize) {
    do {
      let stored = min(level, try Dataset(opening: path).overviewCount)
      let copy = try Dataset(opening: SheetFile.path(ofLevel: stored, in: path))
      var pixels = try copy.readBytes(in: PixelWindow(copy.size), bands: [1])
      var size = copy.size
      for _ in stored..<level {
        let half = PixelSize(
          width: OverviewRule.half(size.width), height: OverviewRule.half(size.height))
        var halved = [UInt8](repeating: 0, count: half.area)
        halved.withUnsafeMutableBufferPointer { target in
          pixels.withUnsafeBufferPointer { source in
            MosaicLayer.classes.overviewRule.halve(source, width: size.width, into: target)
          }
        }
        (pixels, size) = (halved, half)
      }
      return (pixels, size)
    } catch { throw .file(error) }
  }
}
