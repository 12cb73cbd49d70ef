import Grids
import Imagery

/// A piece of a scene as it is stored, held in memory to be resampled.
struct ScenePatch {
  /// Its pixels, in the scene.
  let window: PixelWindow
  /// `[C, H, W]` of the window.
  let pixels: [Float]
  /// 1 where the scene holds a picture, `[H, W]`.
  let validity: [UInt8]
  /// 1 where a pixel that shows a picture shows clouds, which do not count, `[H, W]`; nil where none does.
  let clouds: [UInt8]?
  /// Whether it holds one everywhere.
  let isWhole: Bool

  /// Makes a patch.
  ///
  /// - Parameter clouds: 1 where a mask calls the pixel a cloud.
  init(window: PixelWindow, pixels: [Float], validity: [UInt8], clouds: [UInt8]? = nil) {
    (self.window, self.pixels) = (window, pixels)
    let hidden = clouds.map { clouds in zip(clouds, validity).map { $0 & $1 } }
    self.clouds = hidden.flatMap { $0.contains(1) ? $0 : nil }
    self.validity = self.clouds.map { zip(validity, $0).map { $0 & (1 - $1) } } ?? validity
    isWhole = !self.validity.contains(0)
  }

  /// 1 where this pixel and those of the square of four pixels to its right and below hold a picture;
  /// nil where all of the patch does.
  ///
  /// - Complexity: O(pixels).
  func clearings() -> [UInt8]? {
    if isWhole { return nil }
    let (width, height) = (window.width, window.height)
    var rows = [UInt8](repeating: 0, count: window.area)
    var squares = rows
    guard width >= 4, height >= 4 else { return squares }
    validity.withUnsafeBufferPointer { valid in
      rows.withUnsafeMutableBufferPointer { rows in
        for start in stride(from: 0, to: width * height, by: width) {
          for place in start...start + width - 4 {
            rows[place] = valid[place] & valid[place + 1] & valid[place + 2] & valid[place + 3]
          }
        }
      }
    }
    rows.withUnsafeBufferPointer { rows in
      squares.withUnsafeMutableBufferPointer { squares in
        for place in 0..<(height - 3) * width {
          squares[place] =
            rows[place] & rows[place + width] & rows[place + 2 * width] & rows[place + 3 * width]
        }
      }
    }
    return squares
  }
}

/// What a scene gives to a window of the lattice once it is warped.
struct WarpedPart {
  /// A pixel that the scene says has no picture.
  static let nodata: UInt8 = 0
  /// A pixel with a picture.
  static let valid: UInt8 = 1
  /// A pixel beyond the scene's edges.
  static let outside: UInt8 = 2
  /// A pixel that the scene's mask does not call clear.
  static let cloud: UInt8 = 3

  /// Its pixels, on the lattice.
  let window: PixelWindow
  let bandCount: Int
  /// `[C, H, W]` of the window; 0 where there is no picture.
  var pixels: [Float]
  /// One of the words above for each pixel, `[H, W]`.
  var states: [UInt8]

  init(window: PixelWindow, bandCount: Int) {
    self.window = window
    self.bandCount = bandCount
    let count = bandCount * window.area
    pixels = []
    pixels.reserveCapacity(PixelMemory.room(for: count, of: Float.self))
    pixels.append(contentsOf: repeatElement(0, count: count))
    states = [UInt8](repeating: Self.outside, count: window.area)
  }

  /// The smallest window that holds all pixels of the scene; empty where there is none.
  var extent: PixelWindow {
    var (left, right, top, bottom) = (window.width, 0, window.height, 0)
    states.withUnsafeBufferPointer { states in
      for row in 0..<window.height {
        let start = row * window.width
        let line = states[start..<start + window.width]
        guard let first = line.firstIndex(where: { $0 != Self.outside }),
          let last = line.lastIndex(where: { $0 != Self.outside })
        else { continue }
        (left, right) = (min(left, first - start), max(right, last - start + 1))
        (top, bottom) = (min(top, row), row + 1)
      }
    }
    return PixelWindow(
      x: window.x + left, y: window.y + top, width: right - left, height: bottom - top)
  }
}
