import Grids
import Previews

/// The pixels of a tile while scenes are drawn onto it.
struct TileCanvas {
  /// The pixels of a tile.
  static let area = TileAddress.side * TileAddress.side
  private var pixels = [UInt8](repeating: 0, count: area * 4)

  /// Whether nothing more would be seen in a part of the tile.
  func isFull(_ part: PixelWindow) -> Bool {
    (part.y..<part.maxY).allSatisfy { y in
      (part.x..<part.maxX).allSatisfy { pixels[(y * TileAddress.side + $0) * 4 + 3] != 0 }
    }
  }

  /// Draws a piece where nothing is drawn yet, each pixel between its four neighbours.
  mutating func draw(_ scene: ScenePiece, at places: TilePlaces) {
    let (width, height) = (scene.piece.size.width, scene.piece.size.height)
    let shrink = 1 / Float(scene.piece.factor)
    let isGrey = scene.planes.count < 3
    pixels.withUnsafeMutableBufferPointer { pixels in
      places.forEach(in: scene.piece.window) { pixel, x, y in
        guard pixels[pixel &* 4 &+ 3] == 0 else { return }
        let (column, row) = (x * shrink, y * shrink)
        let nearest = min(Int(row), height - 1) * width + min(Int(column), width - 1)
        if let mask = scene.mask, mask[nearest] == 0 { return }
        let (left, top) = (max(column - 0.5, 0), max(row - 0.5, 0))
        let (x0, y0) = (min(Int(left), width - 1), min(Int(top), height - 1))
        let (x1, y1) = (min(x0 + 1, width - 1), min(y0 + 1, height - 1))
        let (u, v) = (left - Float(x0), top - Float(y0))
        var corners = (y0 * width + x0, y0 * width + x1, y1 * width + x0, y1 * width + x1)
        if let mask = scene.mask {
          // What has no picture does not mix into what has one.
          if mask[corners.0] == 0 { corners.0 = nearest }
          if mask[corners.1] == 0 { corners.1 = nearest }
          if mask[corners.2] == 0 { corners.2 = nearest }
          if mask[corners.3] == 0 { corners.3 = nearest }
        }
        for channel in 0..<3 {
          pixels[pixel &* 4 &+ channel] = scene.planes[isGrey ? 0 : channel]
            .withUnsafeBufferPointer { plane in
              let upper =
                Float(plane[corners.0]) + (Float(plane[corners.1]) - Float(plane[corners.0])) * u
              let lower =
                Float(plane[corners.2]) + (Float(plane[corners.3]) - Float(plane[corners.2])) * u
              return UInt8(upper + (lower - upper) * v + 0.5)
            }
        }
        pixels[pixel &* 4 &+ 3] = 255
      }
    }
  }

  /// The tile as a picture, without transparency where there is none.
  var image: PNGImage {
    let side = TileAddress.side
    guard isFull(PixelWindow(x: 0, y: 0, width: side, height: side)) else {
      return PNGImage(width: side, height: side, pixels: .rgba(pixels))
    }
    var solid = [UInt8](repeating: 0, count: Self.area * 3)
    for pixel in 0..<Self.area {
      for channel in 0..<3 { solid[pixel * 3 + channel] = pixels[pixel * 4 + channel] }
    }
    return PNGImage(width: side, height: side, pixels: .rgb(solid))
  }
}
