import CKernels
import Tensors

/// How real numbers are written as bytes: `real = (byte − zero) · scale`.
///
/// Signed bytes are held with 128 added, to the byte and to the zero point, which changes no real.
struct ByteGrid: Hashable, Sendable {
  var scale: Float
  var zero: Int

  /// The lowest and highest number of steps from zero that a byte holds.
  var steps: ClosedRange<Float> { Float(-zero)...Float(255 - zero) }

  /// The byte nearest to a number of steps, half to even, within limits.
  func byte(_ steps: Float, within limits: ClosedRange<Float>) -> UInt8 {
    let lowest = steps > limits.lowerBound ? steps : limits.lowerBound
    let held = lowest < limits.upperBound ? lowest : limits.upperBound
    return UInt8(Int(held.rounded(.toNearestOrEven)) + zero)
  }

  /// The steps from zero of a byte.
  func steps(_ byte: UInt8) -> Float { Float(byte) - Float(zero) }

  var kernel: mw_byte_grid { mw_byte_grid(scale: scale, zero: Int32(zero)) }
}

extension ByteGrid {
  /// The grid of a quantisation with one scale and zero point; nil where they are per slice, not
  /// known, or of other types.
  init?(scale: Tensor?, zero: Tensor?) {
    guard let scale, scale.type == .float32, scale.shape.count == 1, scale.floats[0] > 0,
      scale.floats[0].isFinite
    else { return nil }
    self.scale = scale.floats[0]
    switch (zero, zero?.type) {
    case (nil, _): self.zero = 0
    case (let zero?, .uint8?) where zero.shape.count == 1: self.zero = zero.integers[0]
    case (let zero?, .int8?) where zero.shape.count == 1: self.zero = zero.integers[0] + 128
    default: return nil
    }
  }
}
