import Grids
import Imagery

/// A chip being put together from scenes.
struct ChipCanvas<Value: SampleValue> {
  let window: PixelWindow
  let bandCount: Int
  /// Empty until a scene is pasted.
  private var pixels: [Value] = []
  private var validity: [UInt8]
  private var coverage: [UInt8]
  /// As ``TiledChip/provenance``.
  private var provenance: [UInt16]
  /// The smallest window around the parts pasted so far.
  private var box = PixelWindow(x: 0, y: 0, width: 0, height: 0)

  init(window: PixelWindow, bandCount: Int, tellsProvenance: Bool = false) {
    self.window = window
    self.bandCount = bandCount
    validity = [UInt8](repeating: 0, count: window.area)
    coverage = [UInt8](repeating: Coverage.outside.rawValue, count: window.area)
    provenance = tellsProvenance ? [UInt16](repeating: 0, count: window.area) : []
  }

  /// Counts a part of the window as covered by a scene, whatever it holds there.
  mutating func cover(_ part: PixelWindow) { box = box.union(part) }

  /// Whether a part is already filled by earlier scenes.
  func isFull(_ part: PixelWindow) -> Bool {
    (part.y..<part.maxY).allSatisfy { row in
      let start = (row - window.y) * window.width + part.x - window.x
      return !validity[start..<start + part.width].contains(0)
    }
  }

  /// Adds what a scene holds, where it is valid and no earlier scene was.
  ///
  /// - Parameters:
  ///   - scene: The scene's bands, `[C, H, W]` of `part`.
  ///   - states: What each pixel is to the scene, in the words of ``WarpedPart``.
  ///   - index: The scene's place in the set.
  mutating func paste(
    _ scene: [Value], states: [UInt8], of index: Int = 0, at part: PixelWindow
  ) {
    let (area, width) = (window.area, window.width)
    precondition(scene.count == bandCount * part.area && states.count == part.area)
    precondition(window.contains(part))
    if pixels.isEmpty, part == window, !states.contains(where: { $0 != WarpedPart.valid }) {
      adopt(scene, of: index)
      return
    }
    makePixels()
    for row in 0..<part.height {
      let start = (part.y - window.y + row) * width + part.x - window.x
      let taken = take(states[row * part.width..<(row + 1) * part.width], at: start)
      guard taken > 0 else { continue }
      if !provenance.isEmpty {
        for place in start..<start + part.width where validity[place] == Self.taken {
          provenance[place] = Self.provenance(of: index)
        }
      }
      if taken == part.width {
        copy(row, of: scene, part, to: start)
        continue
      }
      pixels.withUnsafeMutableBufferPointer { pixels in
        scene.withUnsafeBufferPointer { scene in
          validity.withUnsafeMutableBufferPointer { validity in
            for band in 0..<bandCount {
              let target = band &* area &+ start
              let source = band &* part.area &+ row &* part.width
              for column in 0..<part.width where validity[start &+ column] == Self.taken {
                pixels[target &+ column] = scene[source &+ column]
              }
            }
            for column in 0..<part.width where validity[start &+ column] == Self.taken {
              validity[start &+ column] = 1
            }
          }
        }
      }
    }
  }

  /// Takes the pixels of a scene that is valid everywhere, as most are: not one is copied.
  private mutating func adopt(_ scene: [Value], of index: Int) {
    pixels = scene
    for place in provenance.indices { provenance[place] = Self.provenance(of: index) }
    validity.withUnsafeMutableBufferPointer { $0.update(repeating: 1) }
    coverage.withUnsafeMutableBufferPointer { $0.update(repeating: Coverage.mapped.rawValue) }
  }

  private static func provenance(of index: Int) -> UInt16 {
    UInt16(truncatingIfNeeded: index + 1)
  }

  private mutating func makePixels() {
    if pixels.isEmpty { pixels = [Value](repeating: 0, count: bandCount * window.area) }
  }

  /// The chip, mirrored beyond the box around what the scenes cover.
  consuming func finish() -> TiledChip {
    makePixels()
    let mirror = Mirror(window: window, box: box)
    mirror.apply(to: &validity, planes: 1)
    mirror.apply(to: &pixels, planes: bandCount)
    return TiledChip(
      chip: Chip(
        window: window, bandCount: bandCount, samples: Value.samples(pixels),
        validity: ValidityMask(window: window, pixels: validity)),
      coverage: coverage, provenance: provenance)
  }

  /// Takes a whole row of what a scene holds.
  private mutating func copy(_ row: Int, of scene: [Value], _ part: PixelWindow, to start: Int) {
    for band in 0..<bandCount {
      let source = band * part.area + row * part.width
      let target = band * window.area + start
      pixels.withUnsafeMutableBufferPointer { pixels in
        _ = pixels[target...].update(fromContentsOf: scene[source..<source + part.width])
      }
    }
    validity.withUnsafeMutableBufferPointer { $0[start..<start + part.width].update(repeating: 1) }
  }

  /// A pixel whose value is being taken from the scene at hand.
  private static var taken: UInt8 { 2 }

  /// Marks the pixels of one row that the scene gives, and counts them.
  private mutating func take(_ states: ArraySlice<UInt8>, at start: Int) -> Int {
    var taken = 0
    validity.withUnsafeMutableBufferPointer { validity in
      coverage.withUnsafeMutableBufferPointer { coverage in
        states.withUnsafeBufferPointer { states in
          for column in 0..<states.count where validity[start &+ column] == 0 {
            if states[column] == WarpedPart.valid {
              validity[start &+ column] = Self.taken
              coverage[start &+ column] = Coverage.mapped.rawValue
              taken += 1
            } else if states[column] == WarpedPart.cloud {
              coverage[start &+ column] = Coverage.cloud.rawValue
            } else if states[column] == WarpedPart.nodata,
              coverage[start &+ column] != Coverage.cloud.rawValue
            {
              coverage[start &+ column] = Coverage.nodata.rawValue
            }
          }
        }
      }
    }
    return taken
  }
}
