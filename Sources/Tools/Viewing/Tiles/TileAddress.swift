/// A tile of the world in web mercator: level, column from the west, row from the north.
///
/// Source: https://wiki.openstreetmap.org/wiki/Slippy_map_tilenames.
struct TileAddress: Hashable, Sendable {
  /// The side of a tile, in pixels.
  static let side = 256
  /// The deepest level: a pixel is about a centimetre wide.
  static let deepest = 24

  /// The level; at level z the world is 2ᶻ tiles wide.
  let z: Int
  /// The column from the antimeridian.
  let x: Int
  /// The row from the north.
  let y: Int

  /// Names a tile; nil where there is none such.
  init?(z: Int, x: Int, y: Int) {
    guard (0...Self.deepest).contains(z), x >= 0, y >= 0, x < 1 << z, y < 1 << z else { return nil }
    (self.z, self.x, self.y) = (z, x, y)
  }

  /// Reads the words of an address: digits, and nothing else.
  init?(words: [Substring]) {
    let numbers = words.compactMap { word -> Int? in
      let isNumber = !word.isEmpty && word.count <= 9 && word.utf8.allSatisfy { 48...57 ~= $0 }
      return isNumber ? Int(word) : nil
    }
    guard numbers.count == 3, words.count == 3 else { return nil }
    self.init(z: numbers[0], x: numbers[1], y: numbers[2])
  }

  /// The width of a pixel in metres of web mercator.
  var pixel: Double { 2 * Mercator.half / Double(Self.side) / Double(1 << z) }

  /// The place of the tile's north-western corner.
  var corner: (x: Double, y: Double) {
    let tile = pixel * Double(Self.side)
    return (Double(x) * tile - Mercator.half, Mercator.half - Double(y) * tile)
  }
}
