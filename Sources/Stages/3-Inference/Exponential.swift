/// eˣ in single precision, with equal bits on every processor.
///
/// The C library's `exp` picks its code by processor, and so its last bit; a map may not depend on
/// that. Here x = n·ln 2 + r with |r| ≤ ln 2 / 2; a polynomial gives eʳ, and n goes straight into
/// the exponent. Products and sums are never fused. The relative error is below 2·10⁻⁷. Arguments
/// are held to −87…88, where the result is a normal number; not-a-number stays one.
///
/// Source: S. L. Moshier, Cephes Math Library, `expf`: the coefficients and the split of ln 2.
@inline(__always)
func exponential(_ argument: Float) -> Float {
  let low = argument < -87 ? -87 : argument
  let x = low > 88 ? 88 : low
  // Adding 1.5 · 2²³ leaves the nearest whole number in the lowest bits.
  let shifted = x * 1.442_695_04 + 12_582_912
  let n = shifted - 12_582_912
  let r = x - n * 0.693_359_375 - n * -2.121_944_40e-4
  var sum: Float = 1.987_569_15e-4
  sum = sum * r + 1.398_199_950_7e-3
  sum = sum * r + 8.333_451_907_3e-3
  sum = sum * r + 4.166_579_589_4e-2
  sum = sum * r + 1.666_666_545_9e-1
  sum = sum * r + 5.000_000_120_1e-1
  let power = Float(bitPattern: (shifted.bitPattern &- 0x4B40_0000 &+ 127) << 23)
  return (sum * (r * r) + r + 1) * power
}
