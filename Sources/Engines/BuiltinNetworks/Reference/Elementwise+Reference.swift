import Foundation
import Tensors

extension Activation {
  /// The function's value, computed in double precision.
  func evaluate(_ value: Float) -> Float {
    let x = Double(value)
    let (alpha, beta) = (Double(alpha), Double(beta))
    let y: Double =
      switch function {
      case .identity: x
      case .relu: x < 0 ? 0 : x
      case .leakyRelu: x < 0 ? alpha * x : x
      case .clip: min(max(x, alpha), beta)
      case .sigmoid: 1 / (1 + Foundation.exp(-x))
      case .hardSigmoid: min(max(alpha * x + beta, 0), 1)
      case .hardSwish: x * min(max(x / 6 + 0.5, 0), 1)
      case .elu: x < 0 ? alpha * (Foundation.exp(x) - 1) : x
      case .tanh: Foundation.tanh(x)
      case .softplus: max(x, 0) + Foundation.log1p(Foundation.exp(-abs(x)))
      case .mish: x * Foundation.tanh(max(x, 0) + Foundation.log1p(Foundation.exp(-abs(x))))
      case .gelu: 0.5 * x * (1 + Foundation.erf(x / 2.0.squareRoot()))
      case .geluTanh:
        0.5 * x * (1 + Foundation.tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
      case .erf: Foundation.erf(x)
      case .sqrt: x.squareRoot()
      case .exp: Foundation.exp(x)
      case .log: Foundation.log(x)
      case .absolute: abs(x)
      case .negate: -x
      case .floor: x.rounded(.down)
      case .ceil: x.rounded(.up)
      case .reciprocal: 1 / x
      }
    return Float(y)
  }
}

extension Elementwise {
  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    let x = try inputs.required(0)
    return [Tensor(x.floats.map(activation.evaluate), x.shape)]
  }
}

extension Clip {
  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    let x = try inputs.required(0)
    switch x.type {
    case .float32:
      return [Tensor(x.floats.map(activation(inputs[1], inputs[2]).evaluate), x.shape)]
    case .int64: return [clipped(x, inputs, as: Int64.self)]
    case .int32: return [clipped(x, inputs, as: Int32.self)]
    case .int8: return [clipped(x, inputs, as: Int8.self)]
    case .uint8, .bool: return [clipped(x, inputs, as: UInt8.self)]
    }
  }

  private func clipped<Value: Element & FixedWidthInteger>(
    _ x: Tensor, _ inputs: Inputs<Tensor>, as _: Value.Type
  ) -> Tensor {
    let low: Value = inputs[1]?.values().first ?? .min
    let high: Value = inputs[2]?.values().first ?? .max
    return Tensor(x.values(as: Value.self).map { min(max($0, low), high) }, x.shape)
  }
}
