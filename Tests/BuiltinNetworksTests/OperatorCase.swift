import Tensors
import Testing

@testable import BuiltinNetworks

/// A kind of operator with random parameters and inputs.
struct OperatorCase: CustomTestStringConvertible, Sendable {
  let name: String
  /// ONNX's names of what it covers.
  let operators: [String]
  /// The largest difference allowed, relative to max(1, |b|).
  var tolerance: Float = 1e-5
  let make: @Sendable (inout Randomness) -> (any Operator, [Tensor?])

  var testDescription: String { name }

  static let all: [OperatorCase] = windows + values + pairs + movements + rows + products
}

extension Sliding {
  /// A random window over an input with at least 9 pixels a side.
  init(random: inout Randomness, kernel: [Int]) {
    self.init(
      kernel: kernel, strides: kernel.map { _ in random.integer(1...3) },
      dilations: kernel.map { _ in random.integer(1...2) },
      pads: (kernel + kernel).map { random.integer(0...($0 - 1)) }, autoPad: .none,
      roundsUp: random.integer(0...1) == 1)
    if random.integer(0...3) == 0 { (autoPad, roundsUp) = (.sameUpper, false) }
  }
}

extension OperatorCase {
  fileprivate static let windows: [OperatorCase] = [
    OperatorCase(name: "convolution", operators: ["Conv"]) { random in
      let groups = random.integer(1...3)
      let (channels, filters) = (groups * random.integer(1...3), groups * random.integer(1...4))
      let kernel = [random.integer(1...4), random.integer(1...4)]
      var sliding = Sliding(random: &random, kernel: kernel)
      sliding.roundsUp = false
      let activation = Activation(function: random.pick([.identity, .relu, .sigmoid]))
      let x = random.tensor([2, channels, random.integer(9...20), random.integer(9...20)])
      let w = random.tensor([filters, channels / groups] + kernel)
      let bias = random.integer(0...1) == 0 ? nil : random.tensor([filters])
      return (
        Convolution(sliding: sliding, groups: groups, activation: activation), [x, w, bias]
      )
    },
    OperatorCase(name: "convolution of one axis", operators: ["Conv"]) { random in
      let sliding = Sliding(
        kernel: [3], strides: [2], dilations: nil, pads: [1, 0], autoPad: .none, roundsUp: false)
      return (
        Convolution(sliding: sliding, groups: 1),
        [random.tensor([1, 4, random.integer(5...30)]), random.tensor([5, 4, 3])]
      )
    },
    // Tiles lose up to 1e-5 of a sum's size, here about 4/3 √(9 · 64) = 32.
    OperatorCase(name: "convolution over several bands", operators: ["Conv"], tolerance: 3.2e-4) {
      random in
      let sliding = Sliding(
        kernel: nil, strides: nil, dilations: nil, pads: [1, 1, 1, 1], autoPad: .none,
        roundsUp: false)
      let width = random.pick([40, 2000])
      return (
        Convolution(sliding: sliding, groups: 1),
        [random.tensor([1, 64, 80_000 / width / 4, width]), random.tensor([2, 64, 3, 3])]
      )
    },
    OperatorCase(name: "transposed convolution", operators: ["ConvTranspose"]) { random in
      let groups = random.integer(1...2)
      let kernel = [random.integer(2...4), random.integer(2...4)]
      var sliding = Sliding(random: &random, kernel: kernel)
      sliding.roundsUp = false
      let channels = groups * random.integer(1...3)
      return (
        TransposedConvolution(
          sliding: sliding, groups: groups,
          outputPadding: random.integer(0...1) == 0 ? nil : [1, 0]),
        [
          random.tensor([2, channels, random.integer(4...9), random.integer(4...9)]),
          random.tensor([channels, random.integer(1...3)] + kernel),
        ]
      )
    },
    OperatorCase(name: "largest under a window", operators: ["MaxPool"]) { random in
      let kernel = [random.integer(1...3), random.integer(1...3)]
      return (
        Pooling(kind: .max, sliding: Sliding(random: &random, kernel: kernel)),
        [random.tensor([2, 3, random.integer(9...20), random.integer(9...20)])]
      )
    },
    OperatorCase(name: "mean under a window", operators: ["AveragePool"]) { random in
      let kernel = [random.integer(1...3), random.integer(1...3)]
      let includes = random.integer(0...1) == 1
      return (
        Pooling(
          kind: .average(includingPads: includes),
          sliding: Sliding(random: &random, kernel: kernel)),
        [random.tensor([2, 3, random.integer(9...20), random.integer(9...20)])]
      )
    },
    OperatorCase(name: "mean of a plane", operators: ["GlobalAveragePool"]) { random in
      (
        Pooling(kind: .globalAverage, sliding: nil),
        [random.tensor([2, 3, random.integer(1...40), random.integer(1...40)])]
      )
    },
    OperatorCase(name: "resize", operators: ["Resize", "Upsample"]) { random in
      let scales = [1, 1, random.pick([0.5, 0.7, 1, 2, 3]), random.pick([0.5, 1, 1.7, 2])]
      return (
        Resize(
          mode: random.pick(Resize.Mode.allCases),
          coordinates: random.pick(Resize.Coordinates.allCases),
          rounding: random.pick(Resize.Rounding.allCases), policy: .stretch, scalesInput: 2,
          sizesInput: 3),
        [
          random.tensor([2, 2, random.integer(2...12), random.integer(2...12)]), nil,
          Tensor(scales.map(Float.init), Shape(4)),
        ]
      )
    },
  ]

  fileprivate static let values: [OperatorCase] =
    Activation.Function.allCases.dropFirst().map { function in
      OperatorCase(name: "\(function)", operators: names[function] ?? []) { random in
        let positive = [.sqrt, .log].contains(function)
        return (
          Elementwise(activation: Activation(function: function, alpha: -0.5, beta: 0.8)),
          [random.tensor([2, random.integer(1...70), 3], positive ? 0.01...9 : -6...6)]
        )
      }
    } + [
      OperatorCase(name: "clip", operators: ["Clip"]) { random in
        let type = random.pick([ElementType].numbers)
        let whole = random.tensor(type, [1]).reshaped(to: Shape())
        return (Clip(), [random.tensor(type, [5, 9]), whole, random.pick([nil, whole])])
      },
      OperatorCase(name: "cast", operators: ["Cast"]) { random in
        (
          Casting(type: random.pick([ElementType].any)),
          [random.tensor(random.pick([ElementType].any), [3, 20])]
        )
      },
      OperatorCase(name: "quantize", operators: ["QuantizeLinear"]) { random in
        let slices = random.pick([1, 3])
        let type = random.pick([ElementType.uint8, .int8])
        return (
          Quantization(direction: .quantize, axis: 1),
          [
            random.tensor([2, 3, 20], -40...40), random.tensor([slices], 0.1...0.5),
            random.tensor(type, [slices]),
          ]
        )
      },
      OperatorCase(name: "dequantize", operators: ["DequantizeLinear"]) { random in
        let slices = random.pick([1, 3])
        let type = random.pick([ElementType.uint8, .int8, .int32])
        return (
          Quantization(direction: .dequantize, axis: -2),
          [
            random.tensor(type, [2, 3, 20]), random.tensor([slices], 0.1...0.5),
            random.tensor(type, [slices]),
          ]
        )
      },
    ]

  private static let names: [Activation.Function: [String]] = [
    .relu: ["Relu"], .leakyRelu: ["LeakyRelu"], .sigmoid: ["Sigmoid"],
    .hardSigmoid: ["HardSigmoid"], .hardSwish: ["HardSwish"], .elu: ["Elu"], .tanh: ["Tanh"],
    .softplus: ["Softplus"], .mish: ["Mish"], .gelu: ["Gelu"], .erf: ["Erf"], .sqrt: ["Sqrt"],
    .exp: ["Exp"], .log: ["Log"], .absolute: ["Abs"], .negate: ["Neg"], .floor: ["Floor"],
    .ceil: ["Ceil"], .reciprocal: ["Reciprocal"],
  ]
}
