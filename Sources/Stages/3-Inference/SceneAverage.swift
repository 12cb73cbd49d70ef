public import Grids
public import Imagery

/// The mean of what a network says of the same ground in several scenes.
///
/// Sums are of whole numbers, so that the order of the scenes is of no account. A pixel that one scene
/// alone shows is what that scene's map says of it.
public struct SceneAverage {
  private var map: ClassMap
  /// How many scenes show each pixel, `[H, W]`.
  private var counts: [UInt16]
  /// `[layer, H, W]`.
  private var sums: [UInt32]
  private let publishedCount: Int

  /// Begins with no scene.
  ///
  /// - Parameters:
  ///   - window: The pixels.
  ///   - publishedCount: The number of classes; the maps' first layers are their probabilities.
  ///   - layerCount: The number of the maps' layers.
  public init(window: PixelWindow, publishedCount: Int, layerCount: Int) {
    precondition(layerCount >= publishedCount)
    map = ClassMap(window: window, layerCount: layerCount, coverage: .outside)
    counts = [UInt16](repeating: 0, count: window.area)
    sums = [UInt32](repeating: 0, count: window.area * layerCount)
    self.publishedCount = publishedCount
  }

  /// Adds what was said of one scene.
  ///
  /// - Complexity: O(pixels × layers).
  public mutating func add(_ other: ClassMap) {
    precondition(other.window == map.window && other.layerCount == map.layerCount)
    let area = map.window.area
    for place in 0..<area {
      let coverage = other.coverage[place]
      guard coverage == Coverage.mapped.rawValue else {
        map.coverage[place] = Self.clearest(map.coverage[place], coverage)
        continue
      }
      map.coverage[place] = coverage
      if counts[place] == 0 { map.classes[place] = other.classes[place] }
      counts[place] += 1
    }
    other.probabilities.withUnsafeBufferPointer { given in
      other.coverage.withUnsafeBufferPointer { coverage in
        sums.withUnsafeMutableBufferPointer { sums in
          for layer in 0..<other.layerCount {
            for place in 0..<area where coverage[place] == Coverage.mapped.rawValue {
              sums[layer * area + place] &+= UInt32(given[layer * area + place])
            }
          }
        }
      }
    }
  }

  /// What two scenes make of a pixel that neither shows.
  private static func clearest(_ one: UInt8, _ other: UInt8) -> UInt8 {
    for coverage in [Coverage.mapped, .cloud, .nodata] {
      if one == coverage.rawValue || other == coverage.rawValue { return coverage.rawValue }
    }
    return Coverage.outside.rawValue
  }

  /// The mean, rounded half up; of several scenes the class of the greatest sum, of equal ones the first.
  ///
  /// - Complexity: O(pixels × layers).
  public consuming func finish() -> ClassMap {
    let area = map.window.area
    for place in 0..<area where counts[place] > 0 {
      let count = UInt32(counts[place])
      for layer in 0..<map.layerCount {
        let sum = sums[layer * area + place]
        map.probabilities[layer * area + place] = UInt8((2 * sum + count) / (2 * count))
      }
      if count == 1 { continue }
      var best = 0
      for layer in 1..<max(1, publishedCount)
      where sums[layer * area + place] > sums[best * area + place] { best = layer }
      map.classes[place] = UInt8(best)
    }
    return map
  }
}
