import Foundation
import Grids
import Imagery
import Previews
import Testing

@testable import Mosaicking

@Suite struct `A preview` {
  let folder: TemporaryFolder
  let maker = PreviewMaker(scheme: DrawnMap.layers.scheme)

  init() throws { folder = try TemporaryFolder() }

  /// Writes a sheet whose class is 2, with a square of 1 at `square`.
  func sheet(_ window: PixelWindow, square: PixelWindow) throws -> SheetFile {
    let path = folder.file("\(window.x).part.tif")
    var part = try PartWriter(
      creating: path, window: window, grid: DrawnMap.grid(), layers: DrawnMap.layers)
    var map = ClassMap(window: window, layerCount: 2, coverage: .mapped)
    for index in map.classes.indices {
      let (x, y) = (window.x + index % window.width, window.y + index / window.width)
      map.classes[index] = square.contains(x: x, y: y) ? 1 : 2
    }
    try part.add(map)
    _ = try part.finish()
    let sheet = folder.file("\(window.x).tif")
    _ = try Mosaicker(grid: DrawnMap.grid(), layers: DrawnMap.layers).write(
      .classes, of: window, from: [MosaicPart(window: window, content: .file(path: path))],
      by: folder.file("temporary.tif"), to: sheet)
    return SheetFile(path: sheet, window: window)
  }

  @Test func `shows every pixel of a small map`() throws {
    let window = PixelWindow(x: 10, y: -20, width: 300, height: 200)
    let square = PixelWindow(x: 110, y: 0, width: 30, height: 40)
    let picture = try maker.picture(of: [sheet(window, square: square)], window: window)
    #expect(picture.width == 300 && picture.height == 200)
    #expect(picture.color(x: 100, y: 20) == [230, 80, 60, 255])
    #expect(picture.color(x: 99, y: 20) == [60, 110, 220, 255])
  }

  @Test(arguments: [1024, 1025, 2050, 4097])
  func `is at most 1024 px a side`(_ width: Int) throws {
    let window = PixelWindow(x: 0, y: 0, width: width, height: 40)
    let none = PixelWindow(x: 0, y: 0, width: 0, height: 0)
    let picture = try maker.picture(of: [sheet(window, square: none)], window: window)
    #expect(picture.width <= 1024 && picture.width > 512)
    #expect(picture.color(x: picture.width - 1, y: picture.height - 1) == [60, 110, 220, 255])
  }

  @Test func `halves a sheet that has no smaller copy`() throws {
    // Each sheet is one block; together they are five times too wide.
    let whole = PixelWindow(x: 0, y: 0, width: 5120, height: 64)
    let square = PixelWindow(x: 2560, y: 0, width: 512, height: 64)
    let sheets = try stride(from: 0, to: 5120, by: 512).map { x in
      try sheet(PixelWindow(x: x, y: 0, width: 512, height: 64), square: square)
    }
    let picture = try maker.picture(of: sheets, window: whole)
    #expect(picture.width == 640 && picture.height == 8)
    for x in 0..<640 {
      #expect(picture.color(x: x, y: 3)[0] == (x / 64 == 5 ? 230 : 60))
    }
  }

  @Test func `is empty where no sheet is`() throws {
    let window = PixelWindow(x: 0, y: 0, width: 30, height: 20)
    let none = PixelWindow(x: 0, y: 0, width: 0, height: 0)
    let left = PixelWindow(x: 0, y: 0, width: 15, height: 20)
    let picture = try maker.picture(of: [sheet(left, square: none)], window: window)
    #expect(picture.color(x: 14, y: 0) == [60, 110, 220, 255])
    #expect(picture.color(x: 15, y: 0) == PreviewMaker.empty + [255])
  }

  @Test func `tints the ground, and draws edges in full colour`() throws {
    let window = PixelWindow(x: 0, y: 0, width: 40, height: 40)
    let square = PixelWindow(x: 10, y: 10, width: 20, height: 20)
    let marker = PreviewMaker(scheme: DrawnMap.layers.scheme, unmarked: [0, 2])
    var asked: (PixelWindow, PixelSize)?
    let picture = try marker.overlay(of: [sheet(window, square: square)], window: window) {
      asked = ($0, $1)
      return [UInt8](repeating: 100, count: $1.area * 3)
    }
    #expect(asked?.0 == window && asked?.1 == window.size)
    #expect(picture.color(x: 5, y: 5) == [100, 100, 100, 255])
    #expect(picture.color(x: 10, y: 15) == [230, 80, 60, 255])
    // 100 · 65 % + 230 · 35 % = 145.5, and so on.
    #expect(picture.color(x: 15, y: 15) == [146, 93, 86, 255])
  }

  @Test func `asks for ground of the pixels it shows`() throws {
    let window = PixelWindow(x: -7, y: 3, width: 1300, height: 10)
    let none = PixelWindow(x: 0, y: 0, width: 0, height: 0)
    var asked: (PixelWindow, PixelSize)?
    _ = try maker.overlay(of: [sheet(window, square: none)], window: window) {
      asked = ($0, $1)
      return [UInt8](repeating: 0, count: $1.area * 3)
    }
    #expect(asked?.0 == PixelWindow(x: -7, y: 3, width: 1300, height: 10))
    #expect(asked?.1 == PixelSize(width: 650, height: 5))
  }
}
