import Grids
import Polygons

/// Finds the pixels of the grid between those of a scene.
///
/// A pixel is what the kernels of both axes make of the scene's pixels around its place, of those that
/// hold a picture: the others have no weight, and what is left is scaled up to one. Where a cubic
/// kernel misses any of its sixteen pixels, the bilinear one takes its place, whose weights are never
/// negative. A pixel has a picture where the scene's pixel that holds its middle has one, and where
/// pixels are averaged, where at least half of them have.
///
/// All arithmetic is single multiplications and additions in one order, in `Float`, after places in
/// `Double`: every processor gives the same bits.
struct Resampler {
  /// The scene's extent.
  let size: PixelSize
  /// The kernel along its rows.
  let columns: AxisKernel
  /// The kernel along its columns.
  let rows: AxisKernel
  /// What the scene's numbers can be, which cubic curves may leave; nil for floating point.
  let range: ClosedRange<Float>?

  init(_ warp: Warp, range: ClosedRange<Float>?) {
    size = warp.size
    columns = AxisKernel(warp.resampling, ratio: warp.ratio.x)
    rows = AxisKernel(warp.resampling, ratio: warp.ratio.y)
    self.range = range
  }

  /// How far around the places of a part pixels are needed.
  func patchWindow(around reach: PixelWindow) -> PixelWindow {
    PixelWindow(
      x: reach.x - columns.reach, y: reach.y - rows.reach, width: reach.width + 2 * columns.reach,
      height: reach.height + 2 * rows.reach
    ).intersection(PixelWindow(size))
  }

  /// Fills a part of what is being warped.
  ///
  /// - Parameters:
  ///   - part: In `target`'s window.
  ///   - nodes: Of a window that holds the part.
  ///   - patch: The scene's pixels that ``patchWindow(around:)`` asks for.
  func fill(
    _ part: PixelWindow, of target: inout WarpedPart, from patch: ScenePatch, at nodes: WarpNodes
  ) {
    let window = target.window
    var scratch = Scratch(self, bandCount: target.bandCount)
    target.pixels.withUnsafeMutableBufferPointer { pixels in
      target.states.withUnsafeMutableBufferPointer { states in
        withView(of: patch, for: window, bandCount: target.bandCount) { view in
          guard let pixels = pixels.baseAddress, let states = states.baseAddress else { return }
          for row in part.y..<part.maxY {
            for stretch in nodes.stretches(row: row, columns: part.x..<part.maxX) {
              let start = (row - window.y) * window.width + stretch.column - window.x
              if isSmooth {
                fillSmooth(stretch, view, &scratch, pixels + start, states + start)
              } else if patch.isWhole, columns.isBox, rows.isBox {
                fillWhole(stretch, view, &scratch, pixels + start, states + start)
              } else {
                fillAny(stretch, view, &scratch, pixels + start, states + start)
              }
            }
          }
        }
      }
    }
  }

  /// Whether both kernels are curves or lines through a fixed number of pixels.
  private var isSmooth: Bool {
    [columns, rows].allSatisfy { $0 == .cubic || $0 == .bilinear }
  }

  private func withView(
    of patch: ScenePatch, for window: PixelWindow, bandCount: Int, _ body: (View) -> Void
  ) {
    let clearings = isSmooth ? patch.clearings() : nil
    patch.pixels.withUnsafeBufferPointer { source in
      patch.validity.withUnsafeBufferPointer { validity in
        (clearings ?? []).withUnsafeBufferPointer { clear in
          (patch.clouds ?? []).withUnsafeBufferPointer { clouds in
            guard let source = source.baseAddress, let validity = validity.baseAddress else {
              return
            }
            body(
              View(
                window: patch.window, source: source, validity: validity,
                clearings: clearings == nil ? nil : clear.baseAddress,
                clouds: patch.clouds == nil ? nil : clouds.baseAddress, bandCount: bandCount,
                stride: window.area))
          }
        }
      }
    }
  }

  /// Where pixels come from and how they are laid out.
  private struct View {
    let window: PixelWindow
    let source: UnsafePointer<Float>
    let validity: UnsafePointer<UInt8>
    /// As ``ScenePatch/clearings()``.
    let clearings: UnsafePointer<UInt8>?
    /// As ``ScenePatch/clouds``.
    let clouds: UnsafePointer<UInt8>?
    let bandCount: Int
    /// From one band of the target to the next.
    let stride: Int
  }

  /// Stretches of pixels of which most have all sixteen around them: no question is asked of each.
  private func fillSmooth(
    _ stretch: WarpNodes.Stretch, _ view: View, _ scratch: inout Scratch,
    _ pixels: UnsafeMutablePointer<Float>, _ states: UnsafeMutablePointer<UInt8>
  ) {
    let (width, plane) = (view.window.width, view.window.area)
    let isCubicX = columns == .cubic
    let isCubicY = rows == .cubic
    let (low, high) = (range?.lowerBound ?? -.infinity, range?.upperBound ?? .infinity)
    // Places lie on a line: where its ends are well inside, all are.
    let isDeep =
      view.clearings == nil && holdsDeeply(stretch.place(0))
      && holdsDeeply(stretch.place(stretch.count - 1))
    for index in 0..<stretch.count {
      let place = stretch.place(index)
      guard isDeep || contains(place) else { continue }
      let (column, right) =
        isDeep ? AxisKernel.splitPositive(place.x) : AxisKernel.split(place.x)
      let (row, down) = isDeep ? AxisKernel.splitPositive(place.y) : AxisKernel.split(place.y)
      let (x, y) = (column &- 1 &- view.window.x, row &- 1 &- view.window.y)
      let isInside =
        isDeep || column >= 1 && row >= 1 && column &+ 2 < size.width && row &+ 2 < size.height
      guard isInside, view.clearings == nil || view.clearings?[y &* width &+ x] != 0 else {
        fillPixel(place, view, &scratch, pixels + index, states + index)
        continue
      }
      let across = isCubicX ? AxisKernel.cubicWeights(right) : AxisKernel.bilinearWeights(right)
      let along = isCubicY ? AxisKernel.cubicWeights(down) : AxisKernel.bilinearWeights(down)
      var corner = UnsafeRawPointer(view.source + (y &* width &+ x))
      var target = pixels + index
      for _ in 0..<view.bandCount {
        let first = corner.loadUnaligned(as: SIMD4<Float>.self) * along[0]
        let second = (corner + 4 &* width).loadUnaligned(as: SIMD4<Float>.self) * along[1]
        let third = (corner + 8 &* width).loadUnaligned(as: SIMD4<Float>.self) * along[2]
        let fourth = (corner + 12 &* width).loadUnaligned(as: SIMD4<Float>.self) * along[3]
        let sums = ((first + second) + (third + fourth)) * across
        target.pointee = min(max((sums[0] + sums[1]) + (sums[2] + sums[3]), low), high)
        corner += 4 &* plane
        target += view.stride
      }
      states[index] = WarpedPart.valid
    }
  }

  /// Averages where the whole patch holds a picture: only the scene's edges are asked for.
  ///
  /// Three bands are summed at a time, and their weights in a fourth lane. The same products are added in the
  /// same order as by ``sum(_:_:_:_:_:)``, so that the bits are the same.
  private func fillWhole(
    _ stretch: WarpNodes.Stretch, _ view: View, _ scratch: inout Scratch,
    _ pixels: UnsafeMutablePointer<Float>, _ states: UnsafeMutablePointer<UInt8>
  ) {
    let (pitch, plane) = (view.window.width, view.window.area)
    let (low, high) = (range?.lowerBound ?? -.infinity, range?.upperBound ?? .infinity)
    let (across, along) = (scratch.across, scratch.along)
    for index in 0..<stretch.count {
      let place = stretch.place(index)
      guard contains(place) else { continue }
      guard let (left, width) = columns.weighInside(place.x, of: size.width, into: across),
        let (top, height) = rows.weighInside(place.y, of: size.height, into: along)
      else {
        fillPixel(place, view, &scratch, pixels + index, states + index)
        continue
      }
      let corner = view.source + ((top &- view.window.y) &* pitch &+ left &- view.window.x)
      for band in stride(from: 0, to: view.bandCount, by: 3) {
        let count = min(3, view.bandCount &- band)
        let (second, third) = (min(1, count &- 1) &* plane, (count &- 1) &* plane)
        var line = corner + band &* plane
        var sums = SIMD4<Float>.zero
        for row in 0..<height {
          let down = along[row]
          for column in 0..<width {
            let values = SIMD4(line[column], line[column &+ second], line[column &+ third], 1)
            sums += values * (across[column] * down)
          }
          line += pitch
        }
        let means = sums / sums[3]
        for lane in 0..<count {
          pixels[index &+ (band &+ lane) &* view.stride] = min(max(means[lane], low), high)
        }
      }
      states[index] = WarpedPart.valid
    }
  }

  private func fillAny(
    _ stretch: WarpNodes.Stretch, _ view: View, _ scratch: inout Scratch,
    _ pixels: UnsafeMutablePointer<Float>, _ states: UnsafeMutablePointer<UInt8>
  ) {
    for index in 0..<stretch.count {
      let place = stretch.place(index)
      guard contains(place) else { continue }
      fillPixel(place, view, &scratch, pixels + index, states + index)
    }
  }

  /// Whether a place lies in the scene; false for one that is no number.
  @inline(__always) private func contains(_ place: Point) -> Bool {
    place.x >= 0 && place.y >= 0 && place.x < Double(size.width) && place.y < Double(size.height)
  }

  /// Whether sixteen pixels lie around a place, and around those that are off by rounding.
  @inline(__always) private func holdsDeeply(_ place: Point) -> Bool {
    place.x >= 2 && place.y >= 2 && place.x <= Double(size.width) - 3
      && place.y <= Double(size.height) - 3
  }

  /// A pixel by any kernel, with a look at each pixel of the scene that counts.
  private func fillPixel(
    _ place: Point, _ view: View, _ scratch: inout Scratch,
    _ pixel: UnsafeMutablePointer<Float>, _ state: UnsafeMutablePointer<UInt8>
  ) {
    let window = view.window
    let isAveraged = columns.isBox || rows.isBox
    let own =
      (Int(place.y.rounded(.down)) - window.y) * window.width + Int(place.x.rounded(.down))
      - window.x
    guard isAveraged || view.validity[own] != 0 else {
      state.pointee =
        view.clouds.map { $0[own] == 0 } ?? true ? WarpedPart.nodata : WarpedPart.cloud
      return
    }
    if !sum(place, columns, rows, view, &scratch) {
      _ = sum(place, columns.narrow, rows.narrow, view, &scratch)
    }
    guard scratch.weight > 0, !isAveraged || 2 * scratch.weight >= scratch.wholeWeight else {
      let missing = scratch.wholeWeight - scratch.weight
      let isHidden = scratch.cloudWeight > 0 && 2 * scratch.cloudWeight >= missing
      state.pointee = isHidden ? WarpedPart.cloud : WarpedPart.nodata
      return
    }
    let (low, high) = (range?.lowerBound ?? -.infinity, range?.upperBound ?? .infinity)
    for band in 0..<view.bandCount {
      let value = scratch.sums[band] / scratch.weight
      pixel[band * view.stride] = min(max(value, low), high)
    }
    state.pointee = WarpedPart.valid
  }

  /// Adds up what counts for a place; false where a cubic kernel misses a pixel.
  private func sum(
    _ place: Point, _ columns: AxisKernel, _ rows: AxisKernel, _ view: View,
    _ scratch: inout Scratch
  ) -> Bool {
    let window = view.window
    let isCubic = columns == .cubic || rows == .cubic
    let (left, width) = columns.weigh(place.x, into: scratch.across)
    let (top, height) = rows.weigh(place.y, into: scratch.along)
    scratch.clear()
    for row in 0..<height {
      let y = top + row
      for column in 0..<width {
        let x = left + column
        guard x >= 0, y >= 0, x < size.width, y < size.height else {
          if isCubic { return false }
          continue
        }
        let weight = scratch.across[column] * scratch.along[row]
        let source = (y - window.y) * window.width + x - window.x
        scratch.wholeWeight += weight
        guard view.validity[source] != 0 else {
          if isCubic { return false }
          if let clouds = view.clouds, clouds[source] != 0 { scratch.cloudWeight += weight }
          continue
        }
        scratch.weight += weight
        for band in 0..<view.bandCount {
          scratch.sums[band] += view.source[band * window.area + source] * weight
        }
      }
    }
    return true
  }
}

/// Memory for the weights and sums of one pixel, kept from pixel to pixel.
private final class ScratchMemory {
  let floats: UnsafeMutablePointer<Float>

  init(count: Int) {
    floats = .allocate(capacity: count)
    floats.initialize(repeating: 0, count: count)
  }

  deinit { floats.deallocate() }
}

private struct Scratch {
  private let memory: ScratchMemory
  private let bandCount: Int
  let across: UnsafeMutablePointer<Float>
  let along: UnsafeMutablePointer<Float>
  let sums: UnsafeMutablePointer<Float>
  /// The weight of pixels that hold a picture.
  var weight: Float = 0
  /// The weight of pixels that a mask hides.
  var cloudWeight: Float = 0
  /// The weight of all of the scene's pixels.
  var wholeWeight: Float = 0

  init(_ resampler: Resampler, bandCount: Int) {
    let (width, height) = (resampler.columns.tapCount, resampler.rows.tapCount)
    // A narrow kernel never has more pixels than the wide one.
    memory = ScratchMemory(count: width + height + bandCount)
    self.bandCount = bandCount
    across = memory.floats
    along = across + width
    sums = along + height
  }

  mutating func clear() {
    (weight, cloudWeight, wholeWeight) = (0, 0, 0)
    for band in 0..<bandCount { sums[band] = 0 }
  }
}
