/// A function of one value with its parameters; its raw value is the kernels' number.
struct Activation: Sendable, Hashable {
  /// Which function.
  enum Function: UInt32, Sendable, CaseIterable {
    case identity, relu, leakyRelu, clip, sigmoid, hardSigmoid, hardSwish, elu, tanh, softplus
    case mish, gelu, geluTanh, erf, sqrt, exp, log, absolute, negate, floor, ceil, reciprocal
  }

  var function: Function
  /// The first parameter: slope, lowest value, or scale.
  var alpha: Float = 0
  /// The second parameter: highest value, or offset.
  var beta: Float = 0
}
