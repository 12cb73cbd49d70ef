/// A square of the web's tile pyramid.
struct TileAddress: Hashable {
  let zoom: Int
  let column: Int
  let row: Int

  /// The number of the tile along the Hilbert curve, behind all tiles of lower zooms.
  ///
  /// Source: PMTiles v3, https://github.com/protomaps/PMTiles, spec/v3/spec.md, section 4.1.
  var number: UInt64 {
    var number: UInt64 = 0
    for level in 0..<zoom { number += 1 << (2 * UInt64(level)) }
    var (x, y) = (column, row)
    var side = (1 << zoom) >> 1
    while side > 0 {
      let right = x & side == 0 ? 0 : 1
      let low = y & side == 0 ? 0 : 1
      number += UInt64(side * side * ((3 * right) ^ low))
      // The curve in a quarter is turned, so that its ends meet those of its neighbours.
      if low == 0 {
        if right == 1 { (x, y) = (side - 1 - x, side - 1 - y) }
        (x, y) = (y, x)
      }
      side >>= 1
    }
    return number
  }
}
