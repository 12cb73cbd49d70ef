import GeoFiles
import Grids
import Imagery
import Mosaicking
import Tiling

/// The ground as the scenes show it, small: what a preview's classes are drawn over.
final class ScenePicture {
  /// The most pixels of the map that are read for a picture; a larger map is drawn without ground.
  static let largestMap = 200_000_000

  /// Why the system did not let a scene be read, if so: the picture is then not what it would be.
  private(set) var refusal: (any Error)?
  /// Whether everything that was asked for could be read.
  private(set) var isWhole = true
  private let reader: ChipReader

  /// Prepares to draw scenes; nil when they are no bytes, or too much would have to be read.
  init?(of plan: RunPlan) {
    let drawn = plan.mosaicLayout.sheets.reduce(0) { $0 + $1.window.area }
    guard plan.scenes.areBytes, drawn <= Self.largestMap else { return nil }
    reader = ChipReader(of: plan.scenes, nodata: plan.nodata)
  }

  /// Draws a window of the lattice in a size that divides it.
  ///
  /// Each pixel is the mean of what is valid in its square; the first three bands are red, green
  /// and blue, a single band is grey.
  ///
  /// - Parameter step: Called for every piece of the work that is done.
  /// - Returns: Red, green, blue of each pixel, row by row.
  /// - Complexity: O(pixels of the window), in pieces of a thousand pixels a side or so.
  func pixels(of window: PixelWindow, size: PixelSize, step tell: () -> Void = {}) -> [UInt8] {
    let factor = window.width / size.width
    let step = max(1, 1024 / factor)
    var picture: [UInt8] = []
    picture.reserveCapacity(size.area * 3)
    for _ in 0..<size.area { picture += PreviewMaker.empty }
    for top in stride(from: 0, to: size.height, by: step) {
      for left in stride(from: 0, to: size.width, by: step) {
        let piece = PixelWindow(
          x: left, y: top, width: min(step, size.width - left), height: min(step, size.height - top)
        )
        draw(piece, of: window, factor: factor, into: &picture, width: size.width)
        tell()
      }
    }
    return picture
  }

  /// The pixels of a piece; nil when they cannot be read.
  ///
  /// What is damaged was set aside and reported, and is no reason to fail again. What the system
  /// refuses is one: the next attempt would draw another picture.
  private func tiled(_ place: PixelWindow) -> TiledChip? {
    do { return try reader.read(place) } catch {
      isWhole = false
      if SystemFault(behind: error) != nil { refusal = refusal ?? error }
      return nil
    }
  }

  private func draw(
    _ piece: PixelWindow, of window: PixelWindow, factor: Int, into picture: inout [UInt8],
    width: Int
  ) {
    let place = PixelWindow(
      x: window.x + piece.x * factor, y: window.y + piece.y * factor, width: piece.width * factor,
      height: piece.height * factor)
    guard let tiled = tiled(place) else { return }
    let means =
      switch tiled.chip.samples {
      case .bytes(let values): means(of: values, in: tiled, by: factor) { Int($0) }
      case .floats(let values): means(of: values, in: tiled, by: factor) { Int($0) }
      }
    for y in 0..<piece.height {
      let target = ((piece.y + y) * width + piece.x) * 3
      for x in 0..<piece.width {
        guard let color = means[y * piece.width + x] else { continue }
        for channel in 0..<3 { picture[target + 3 * x + channel] = color[channel] }
      }
    }
  }

  /// The colour of every square of `factor` pixels a side, row by row; nil where nothing in it is valid.
  private func means<Value>(
    of values: [Value], in tiled: TiledChip, by factor: Int, _ number: (Value) -> Int
  ) -> [SIMD4<UInt8>?] {
    let window = tiled.chip.window
    let (green, blue) = tiled.chip.bandCount >= 3 ? (window.area, 2 * window.area) : (0, 0)
    let columns = window.width / factor
    var means: [SIMD4<UInt8>?] = []
    means.reserveCapacity(window.area / (factor * factor))
    // Red, green, blue and how many there are.
    var sums = [SIMD4<Int>](repeating: .zero, count: columns)
    for row in 0..<window.height {
      for column in 0..<columns {
        let first = row * window.width + column * factor
        var sum = sums[column]
        for place in first..<first + factor
        where tiled.coverage[place] == Coverage.mapped.rawValue {
          sum &+= SIMD4(
            number(values[place]), number(values[place + green]), number(values[place + blue]), 1)
        }
        sums[column] = sum
      }
      guard (row + 1) % factor == 0 else { continue }
      for (column, sum) in sums.enumerated() {
        let count = sum[3]
        let mean = count > 0 ? (sum &+ SIMD4(repeating: count / 2)) / count : .zero
        means.append(count > 0 ? SIMD4(truncatingIfNeeded: mean) : nil)
        sums[column] = .zero
      }
    }
    return means
  }
}
