import GeoFiles
import Grids
import Imagery

/// One row of blocks of a part while it is gathered, all bands of it.
final class BlockRow {
  /// The rows of a full one.
  static let height = GeoTIFFWriter.block

  /// The pixels, on the lattice.
  private(set) var window = PixelWindow(x: 0, y: 0, width: 0, height: 0)
  /// How many of the pixels were given.
  private(set) var count = 0
  private let strips: [Strip]

  /// The first of the two bands that tell scenes; nil where there are none.
  private let provenance: Int?

  init(width: Int, layers: PartLayers) {
    strips = (0..<layers.bandCount).map { _ in Strip(width: width) }
    provenance = layers.tellsProvenance ? layers.band(of: .provenance) : nil
  }

  /// Starts anew, with no pixel given.
  func begin(_ window: PixelWindow) {
    self.window = window
    count = 0
  }

  /// The pixels of a band, from 1.
  func band(_ number: Int) -> UnsafeMutableBufferPointer<UInt8> {
    strips[number - 1].rows(window.height)
  }

  /// Takes over the pixels of a map that lie in `shared`.
  func copy(_ map: ClassMap, in shared: PixelWindow) {
    copy(map.classes[...], of: map.window, in: shared, to: band(1))
    copy(map.coverage[...], of: map.window, in: shared, to: band(2))
    for layer in 0..<map.layerCount {
      let plane = layer * map.window.area..<(layer + 1) * map.window.area
      copy(map.probabilities[plane], of: map.window, in: shared, to: band(3 + layer))
    }
    if let provenance {
      let (low, high) = (band(provenance), band(provenance + 1))
      for y in shared.y..<shared.maxY {
        let from = (y - map.window.y) * map.window.width + shared.x - map.window.x
        let to = (y - window.y) * window.width + shared.x - window.x
        for place in 0..<shared.width {
          let number = map.provenance[from + place]
          low[to + place] = UInt8(truncatingIfNeeded: number)
          high[to + place] = UInt8(truncatingIfNeeded: number >> 8)
        }
      }
    }
    count += shared.area
  }

  /// Marks the pixels of `shared` as not looked at.
  func fill(_ shared: PixelWindow, with coverage: Coverage) {
    for number in 1...strips.count {
      let isNumber = provenance.map { number >= $0 } ?? false
      let value = number == 2 ? coverage.rawValue : isNumber ? 0 : ClassMap.nodata
      let target = band(number)
      for y in shared.y..<shared.maxY {
        let first = (y - window.y) * window.width + shared.x - window.x
        target[first..<first + shared.width].update(repeating: value)
      }
    }
    count += shared.area
  }

  private func copy(
    _ plane: ArraySlice<UInt8>, of place: PixelWindow, in shared: PixelWindow,
    to target: UnsafeMutableBufferPointer<UInt8>
  ) {
    plane.withUnsafeBufferPointer { source in
      for y in shared.y..<shared.maxY {
        let from = (y - place.y) * place.width + shared.x - place.x
        let to = (y - window.y) * window.width + shared.x - window.x
        _ = target[to..<to + shared.width].update(
          fromContentsOf: source[from..<from + shared.width])
      }
    }
  }
}
