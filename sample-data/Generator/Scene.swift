import Grids

/// One scene to be drawn: where its pixels lie and what hides some of them.
struct Scene {
  /// Its path under the region's folder, without `.tif`.
  let name: String
  let columns: Int
  let rows: Int
  /// The place of the outer corner of its first pixel.
  let corner: Place
  /// The way its columns run; rows run a quarter turn to the right of it.
  let heading: Heading
  let camera: Camera
  /// Half-planes of nodata: places with a positive offset along the heading are not pictured.
  var wedge: Frame?
  var cloud: Cloud?

  /// The place at a position in pixels.
  func place(_ column: Double, _ row: Double) -> Place {
    corner + heading.along * (column * Camera.pixel) - heading.across * (row * Camera.pixel)
  }

  /// Whether a place falls on the scene and not on its nodata.
  func pictures(_ place: Place, inset: Double = 0) -> Bool {
    let way = place - corner
    let (x, y) = (dot(way, heading.along), -dot(way, heading.across))
    guard x >= inset, y >= inset else { return false }
    guard x <= Double(columns) * Camera.pixel - inset else { return false }
    guard y <= Double(rows) * Camera.pixel - inset else { return false }
    return !isHidden(place, inset: inset)
  }

  /// Whether a place lies in the wedge of nodata.
  func isHidden(_ place: Place, inset: Double = 0) -> Bool {
    guard let wedge else { return false }
    return wedge.local(place).x > -inset
  }

  /// All of its pixels.
  var window: PixelWindow { PixelWindow(x: 0, y: 0, width: columns, height: rows) }

  /// The ground a window shows, upright, and as much around it as shades and crowns reach.
  func box(of window: PixelWindow) -> Box {
    let (left, top) = (Double(window.x), Double(window.y))
    let (right, bottom) = (Double(window.maxX), Double(window.maxY))
    return Box(
      around: [place(left, top), place(right, top), place(left, bottom), place(right, bottom)]
    ).grown(by: 12)
  }

  /// Takes a picture of a window of a town: red, green and blue, band after band.
  func picture(of town: Town, in window: PixelWindow) -> [UInt8] {
    let canvas = SampleRegion.drawn(town, within: box(of: window))
    var bytes = [UInt8](repeating: 0, count: 3 * window.area)
    for row in window.y..<window.maxY {
      for column in window.x..<window.maxX {
        let place = place(Double(column) + 0.5, Double(row) + 0.5)
        if isHidden(place) { continue }
        var light = camera.light(from: canvas, at: place)
        if let cloud { light = cloud.veil(light, at: place) }
        let (red, green, blue) = camera.counts(of: light, column: column, row: row)
        let index = (row - window.y) * window.width + column - window.x
        bytes[index] = red
        bytes[window.area + index] = green
        bytes[2 * window.area + index] = blue
      }
    }
    return bytes
  }
}

/// A small bright cloud and its shadow on the ground.
struct Cloud {
  let middle: Place
  let radius: Double
  /// Where the shadow falls, seen from the cloud.
  let fall: Place
  let seed: Int

  /// How dense the cloud is over a place, 0 … 1.
  func density(at place: Place) -> Float {
    let way = place - middle
    let ragged = layeredNoise(way, scale: radius * 0.8, layers: 5, seed: seed) - 0.5
    let inward = Float(1 - length(way) / radius) + 1.1 * ragged
    return step(inward, from: 0, to: 0.55)
  }

  /// What is seen of the light from a place through the cloud and in its shadow.
  func veil(_ light: Color, at place: Place) -> Color {
    let shaded = light * (1 - 0.5 * density(at: place - fall))
    let puff = 222 + 34 * layeredNoise(place, scale: radius * 0.3, layers: 4, seed: seed &+ 1)
    return blended(shaded, Color(puff, puff, puff + 2), 0.97 * density(at: place))
  }
}
