/// A number in 0 ..< 1 that belongs to one cell of an endless grid.
func cellNoise(_ column: Int, _ row: Int, _ seed: Int) -> Float {
  var word = UInt32(truncatingIfNeeded: column) &* 0x8DA6_B343
  word ^= UInt32(truncatingIfNeeded: row) &* 0xD816_3841
  word ^= UInt32(truncatingIfNeeded: seed) &* 0xCB1A_B31F
  word = (word ^ (word >> 16)) &* 0x7FEB_352D
  word = (word ^ (word >> 15)) &* 0x846C_A68B
  return Float((word ^ (word >> 16)) >> 8) * 0x1p-24
}

/// Smooth noise in 0 … 1 whose features are about `scale` metres across.
func smoothNoise(_ place: Place, scale: Double, seed: Int) -> Float {
  let x = place.x / scale
  let y = place.y / scale
  let column = x.rounded(.down)
  let row = y.rounded(.down)
  let (i, j) = (Int(column), Int(row))
  let (s, t) = (eased(Float(x - column)), eased(Float(y - row)))
  let south = blended(cellNoise(i, j, seed), cellNoise(i + 1, j, seed), s)
  let north = blended(cellNoise(i, j + 1, seed), cellNoise(i + 1, j + 1, seed), s)
  return blended(south, north, t)
}

/// Noise of several scales on top of each other, each half as wide and half as strong; 0 … 1.
func layeredNoise(_ place: Place, scale: Double, layers: Int, seed: Int) -> Float {
  var sum: Float = 0
  var total: Float = 0
  var weight: Float = 1
  var width = scale
  for layer in 0..<layers {
    sum += weight * smoothNoise(place, scale: width, seed: seed &+ layer &* 101)
    total += weight
    weight *= 0.5
    width *= 0.5
  }
  return sum / total
}

/// The straight way from `start` to `end`.
func blended(_ start: Float, _ end: Float, _ share: Float) -> Float {
  start + (end - start) * share
}

/// A gentle step from 0 to 1, with flat ends.
func eased(_ share: Float) -> Float {
  let part = min(max(share, 0), 1)
  return part * part * (3 - 2 * part)
}

/// A gentle step from 0 at `low` to 1 at `high`.
func step(_ value: Float, from low: Float, to high: Float) -> Float {
  eased((value - low) / (high - low))
}
