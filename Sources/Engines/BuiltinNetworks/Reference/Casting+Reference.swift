import Tensors

extension Casting {
  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    let x = try inputs.required(0)
    if x.type == .float32 { return [fromFloats(x)] }
    let values = x.integers
    switch type {
    case .float32: return [Tensor(values.map { Float($0) }, x.shape)]
    case .int64: return [Tensor(values.map { Int64($0) }, x.shape)]
    case .int32: return [Tensor(values.map { Int32(truncatingIfNeeded: $0) }, x.shape)]
    case .int8: return [Tensor(values.map { Int8(truncatingIfNeeded: $0) }, x.shape)]
    case .uint8: return [Tensor(values.map { UInt8(truncatingIfNeeded: $0) }, x.shape)]
    case .bool: return [Tensor(values.map { $0 == 0 ? UInt8(0) : 1 }, x.shape, type: .bool)]
    }
  }

  private func fromFloats(_ x: Tensor) -> Tensor {
    switch type {
    case .float32: x
    case .int64: Tensor(x.floats.map { saturated($0) as Int64 }, x.shape)
    case .int32: Tensor(x.floats.map { saturated($0) as Int32 }, x.shape)
    case .int8: Tensor(x.floats.map { saturated($0) as Int8 }, x.shape)
    case .uint8: Tensor(x.floats.map { saturated($0) as UInt8 }, x.shape)
    case .bool: Tensor(x.floats.map { $0 == 0 ? UInt8(0) : 1 }, x.shape, type: .bool)
    }
  }
}

/// A float cut towards zero, held to the range of an integer type; 0 where it is no number.
func saturated<Whole: FixedWidthInteger>(_ value: Float) -> Whole {
  if value.isNaN { return 0 }
  if value <= Float(Whole.min) { return .min }
  if value >= Float(Whole.max) { return .max }
  return Whole(value)
}

extension Quantization {
  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    let (x, scale) = (try inputs.required(0), try inputs.required(1))
    let fact = try outputs(of: inputs.facts)[0]
    let zeros = inputs[2]?.integers
    let runs = runs(x.shape, slices: scale.shape.count)
    func slice(_ place: Int) -> Int { place / max(runs.length, 1) % scale.shape.count }
    switch direction {
    case .dequantize:
      let values = x.integers.enumerated().map { place, value in
        Float(value - (zeros?[slice(place)] ?? 0)) * scale.floats[slice(place)]
      }
      return [Tensor(values, fact.shape)]
    case .quantize:
      let range: ClosedRange<Float> = fact.type == .uint8 ? 0...255 : -128...127
      let values = x.floats.enumerated().map { place, value in
        let steps = (value / scale.floats[slice(place)]).rounded(.toNearestOrEven)
        let shifted = steps + Float(zeros?[slice(place)] ?? 0)
        return shifted.isNaN
          ? range.lowerBound : min(max(shifted, range.lowerBound), range.upperBound)
      }
      return fact.type == .uint8
        ? [Tensor(values.map { UInt8($0) }, fact.shape)]
        : [Tensor(values.map { Int8($0) }, fact.shape)]
    }
  }
}
