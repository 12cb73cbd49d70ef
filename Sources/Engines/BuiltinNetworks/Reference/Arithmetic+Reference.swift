import Foundation
import Tensors

extension Arithmetic {
  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    let shape = try outputs(of: inputs.facts)[0].shape
    var result = try inputs.required(0)
    for position in 1..<max(inputs.count, 1) {
      let other = try inputs.required(position)
      let partial =
        position == inputs.count - 1 ? shape : try result.shape.broadcast(with: other.shape)
      switch result.type {
      case .float32: result = combine(result, other, partial, by: apply)
      case .int64:
        result = combine(result, other, partial, by: applyWhole as (Int64, Int64) -> Int64)
      case .int32:
        result = combine(result, other, partial, by: applyWhole as (Int32, Int32) -> Int32)
      case .int8: result = combine(result, other, partial, by: applyWhole as (Int8, Int8) -> Int8)
      case .uint8, .bool:
        result = combine(result, other, partial, by: applyWhole as (UInt8, UInt8) -> UInt8)
      }
    }
    return [result]
  }

  private func apply(_ a: Float, _ b: Float) -> Float {
    switch function {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .minimum: min(a, b)
    case .maximum: max(a, b)
    case .power: Float(pow(Double(a), Double(b)))
    case .prelu: a < 0 ? a * b : a
    }
  }

  private func applyWhole<Value: FixedWidthInteger>(_ a: Value, _ b: Value) -> Value {
    switch function {
    case .add: a &+ b
    case .subtract: a &- b
    case .multiply: a &* b
    case .divide: b == 0 ? 0 : a.dividedReportingOverflow(by: b).partialValue
    case .minimum, .power: min(a, b)
    case .maximum, .prelu: max(a, b)
    }
  }
}

/// Combines two tensors element by element, broadcasting both to a shape.
func combine<Value: Element, Answer: Element>(
  _ a: Tensor, _ b: Tensor, _ shape: Shape, type: ElementType? = nil,
  by combine: (Value, Value) -> Answer
) -> Tensor {
  let (left, right): (UnsafeBufferPointer<Value>, UnsafeBufferPointer<Value>) =
    (a.values(), b.values())
  let values = Indices(shape).map {
    combine(left[a.shape.offset(broadcasting: $0)], right[b.shape.offset(broadcasting: $0)])
  }
  return Tensor(values, shape, type: type)
}

extension Comparison {
  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    let (a, b) = (try inputs.required(0), try inputs.required(1))
    let shape = try a.shape.broadcast(with: b.shape)
    switch a.type {
    case .float32: return [compare(a, b, shape, as: Float.self)]
    case .int64: return [compare(a, b, shape, as: Int64.self)]
    case .int32: return [compare(a, b, shape, as: Int32.self)]
    case .int8: return [compare(a, b, shape, as: Int8.self)]
    case .uint8, .bool: return [compare(a, b, shape, as: UInt8.self)]
    }
  }

  private func compare<Value: Element & Comparable>(
    _ a: Tensor, _ b: Tensor, _ shape: Shape, as _: Value.Type
  ) -> Tensor {
    combine(a, b, shape, type: .bool) { (p: Value, q: Value) -> UInt8 in
      let answer =
        switch function {
        case .equal: p == q
        case .less: p < q
        case .lessOrEqual: p <= q
        case .greater: p > q
        case .greaterOrEqual: p >= q
        }
      return answer ? 1 : 0
    }
  }
}

extension Selection {
  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    let (condition, a, b) =
      (try inputs.required(0), try inputs.required(1), try inputs.required(2))
    let shape = try outputs(of: inputs.facts)[0].shape
    let answers = condition.values(as: UInt8.self)
    let size = a.type.size
    return [
      Tensor(a.type, shape) { bytes in
        for (place, index) in Indices(shape).enumerated() {
          let chosen = answers[condition.shape.offset(broadcasting: index)] != 0 ? a : b
          let source = chosen.address + chosen.shape.offset(broadcasting: index) * size
          bytes.baseAddress?.advanced(by: place * size).copyMemory(from: source, byteCount: size)
        }
      }
    ]
  }
}
