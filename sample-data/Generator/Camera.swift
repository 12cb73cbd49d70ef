/// A place on the canvas for every pixel of a scene, and what the sensor does to the light.
struct Camera {
  /// The side of a scene's pixel in metres.
  static let pixel = 0.30

  /// How large the sensor's grain is, in counts.
  var grain: Float = 1.2
  /// The gain of each band.
  var gain = Color(1, 1, 1)
  let seed: Int

  /// The light that falls on one scene pixel: a cubic B-spline about two pixels wide.
  func light(from canvas: Canvas, at place: Place) -> Color {
    let position = canvas.position(of: place) - 0.5
    let (left, top) = (position.x.rounded(.down), position.y.rounded(.down))
    let across = weights(Float(position.x - left))
    let down = weights(Float(position.y - top))
    var sum = Color.zero
    for j in 0..<4 {
      let row = min(max(Int(top) + j - 1, 0), canvas.height - 1)
      var line = Color.zero
      for i in 0..<4 {
        let column = min(max(Int(left) + i - 1, 0), canvas.width - 1)
        line += across[i] * canvas.pixels[row * canvas.width + column]
      }
      sum += down[j] * line
    }
    return sum
  }

  /// The counts a sensor makes of light; never 0, which is kept for nodata.
  func counts(of light: Color, column: Int, row: Int) -> (UInt8, UInt8, UInt8) {
    let common = bell(column, row, seed)
    func count(_ band: Int) -> UInt8 {
      let grainy =
        light[band] * gain[band] + grain
        * (0.8 * common + 0.5 * bell(column, row, seed &+ 1 + band))
      return UInt8(min(max(grainy.rounded(), 1), 255))
    }
    return (count(0), count(1), count(2))
  }

  /// The four weights of a uniform cubic B-spline.
  private func weights(_ t: Float) -> SIMD4<Float> {
    let u = 1 - t
    return SIMD4(
      u * u * u, 3 * t * t * t - 6 * t * t + 4, 3 * u * u * u - 6 * u * u + 4, t * t * t) / 6
  }

  /// Noise of variance one that is nearly normal: the sum of four even ones.
  private func bell(_ column: Int, _ row: Int, _ seed: Int) -> Float {
    var sum: Float = -2
    for part in 0..<4 { sum += cellNoise(column, row, seed &* 8 &+ part) }
    return sum * 1.732_050_8
  }
}
