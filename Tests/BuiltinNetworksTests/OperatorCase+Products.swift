import Tensors

@testable import BuiltinNetworks

extension OperatorCase {
  /// Operators that the engine makes of several of ONNX's; none of these stands in a file.
  static let products: [OperatorCase] = [
    OperatorCase(name: "channel product", operators: [], tolerance: 2e-5) { random in
      let (outer, channels, filters) = (
        random.integer(1...2), random.integer(1...70), random.integer(1...40)
      )
      let positions = random.pick([1, 15, 16, 48, 50, 97, 500])
      let view = random.matrices(outer, channels, positions)
      let weights = random.tensor([channels, filters], -1...1)
      let normalizes = random.integer(0...1) == 1
      var product = ChannelProduct(
        source: view, weights: weights, weightView: View(weights.shape).transposed)
      product.epsilon = normalizes ? 1e-5 : nil
      product.activation = Activation(function: random.pick([.identity, .relu, .gelu]))
      return (
        product,
        [
          random.tensor([view.count]), random.pick([nil, random.tensor([filters])]),
          random.pick([nil, random.tensor([outer, filters, positions])]),
          normalizes ? random.tensor([channels]) : nil,
          normalizes ? random.pick([nil, random.tensor([channels])]) : nil,
        ]
      )
    },
    OperatorCase(name: "channel normalisation", operators: []) { random in
      let view = random.matrices(
        random.integer(1...3), random.integer(2...60), random.pick([1, 16, 49, 130]))
      let channels = view.extents[1]
      return (
        ChannelNormalization(source: view, epsilon: 1e-5),
        [
          random.tensor([view.count]), random.tensor([channels]),
          random.pick([nil, random.tensor([channels])]),
        ]
      )
    },
    OperatorCase(name: "attention", operators: []) { random in
      let (heads, queries, keys) = (
        random.integer(1...3), random.pick([1, 16, 47, 48, 100]), random.integer(1...70)
      )
      let (depth, valueDepth) = (random.integer(1...33), random.integer(1...33))
      let views = [
        random.matrices(heads, queries, depth), random.matrices(heads, keys, depth),
        random.matrices(heads, keys, valueDepth),
      ]
      return (
        Attention(queries: views[0], keys: views[1], values: views[2], scale: 0.3),
        views.map { random.tensor([$0.count]) }
      )
    },
    OperatorCase(name: "sum of resized planes", operators: []) { random in
      let channels = random.integer(1...4)
      let (height, width) = (random.integer(4...20), random.integer(4...40))
      var layers: [ResizedSum.Layer] = []
      var planes: [Tensor?] = [random.pick([nil, random.tensor([channels])])]
      for _ in 0..<random.integer(1...4) {
        let side = (random.integer(2...height), random.integer(2...width))
        guard random.integer(0...3) > 0 else {
          layers.append(ResizedSum.Layer())
          planes.append(random.tensor([2, channels, height, width]))
          continue
        }
        let resize = Resize(
          mode: random.pick(Resize.Mode.allCases), coordinates: .halfPixel,
          rounding: .preferFloor, policy: .stretch, scalesInput: 2, sizesInput: 3)
        let scales = [(2, height, side.0), (3, width, side.1)].map {
          Resize.AxisScale(axis: $0, length: $1, scale: Double($1) / Double($2))
        }
        layers.append(ResizedSum.Layer(resize: resize, scales: scales))
        planes.append(random.tensor([2, channels, side.0, side.1]))
      }
      let activation = Activation(function: random.pick([.identity, .relu]))
      return (
        ResizedSum(layers: layers, height: height, width: width, activation: activation), planes
      )
    },
    OperatorCase(name: "copy of a view", operators: []) { random in
      let view = random.matrices(3, random.integer(1...9), random.integer(1...9))
      return (
        ViewCopy(view: view), [random.tensor(random.pick([ElementType].any), [view.count])]
      )
    },
  ]
}

extension Randomness {
  /// A view of `outer` matrices that see every element of a stored tensor, in any order of axes.
  mutating func matrices(_ outer: Int, _ rows: Int, _ columns: Int) -> View {
    let extents = [outer, rows, columns]
    let order = [0, 1, 2].shuffled(using: &self)
    var inverse = [0, 0, 0]
    for (place, axis) in order.enumerated() { inverse[axis] = place }
    return View(Shape(order.map { extents[$0] })).permuted(inverse)
  }
}
