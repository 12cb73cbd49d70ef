import Tensors

@testable import BuiltinNetworks

extension OperatorCase {
  /// Two shapes that broadcast.
  private static func broadcasting(_ random: inout Randomness) -> ([Int], [Int]) {
    let full = (0..<random.integer(1...4)).map { _ in random.integer(1...6) }
    func part(_ random: inout Randomness) -> [Int] {
      let kept = full.map { random.integer(0...3) == 0 ? 1 : $0 }
      return Array(kept.suffix(random.integer(0...kept.count)))
    }
    return random.integer(0...1) == 0 ? (full, part(&random)) : (part(&random), full)
  }

  static let pairs: [OperatorCase] =
    [
      ("Add", .add), ("Sub", .subtract), ("Mul", .multiply), ("Div", .divide), ("Min", .minimum),
      ("Max", .maximum),
    ].map { (name: String, function: Arithmetic.Function) in
      OperatorCase(name: name, operators: [name]) { random in
        let type = random.pick([ElementType].numbers)
        let (a, b) = broadcasting(&random)
        return (
          Arithmetic(function: function), [random.tensor(type, a), random.tensor(type, b)]
        )
      }
    } + [
      OperatorCase(name: "largest of three", operators: ["Max"]) { random in
        let (a, b) = broadcasting(&random)
        return (
          Arithmetic(function: .maximum), [random.tensor(a), random.tensor(b), random.tensor([1])]
        )
      },
      OperatorCase(name: "power", operators: ["Pow"]) { random in
        let (a, b) = broadcasting(&random)
        return (Arithmetic(function: .power), [random.tensor(a, 0.1...4), random.tensor(b)])
      },
      OperatorCase(name: "whole powers", operators: ["Pow"]) { random in
        (
          Arithmetic(function: .power),
          [random.tensor([40], -3...3), Tensor([Float(random.integer(-3...5))], Shape())]
        )
      },
      OperatorCase(name: "prelu", operators: ["PRelu"]) { random in
        (Arithmetic(function: .prelu), [random.tensor([2, 3, 4, 5]), random.tensor([3, 1, 1])])
      },
      OperatorCase(name: "where", operators: ["Where"]) { random in
        let (a, b) = broadcasting(&random)
        let type = random.pick([ElementType].any)
        return (
          Selection(), [random.tensor(.bool, a), random.tensor(type, b), random.tensor(type, [1])]
        )
      },
      OperatorCase(
        name: "comparison",
        operators: ["Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual"]
      ) { random in
        let (a, b) = broadcasting(&random)
        let type = random.pick([ElementType].any)
        return (
          Comparison(function: random.pick(Comparison.Function.allCases)),
          [random.tensor(type, a), random.tensor(type, b)]
        )
      },
    ]

  static let movements: [OperatorCase] = [
    OperatorCase(name: "transpose", operators: ["Transpose"]) { random in
      let extents = (0..<random.integer(1...5)).map { _ in random.integer(1...5) }
      let order = Array(extents.indices).shuffled(using: &random)
      return (
        Rearrangement(kind: .transpose(order)),
        [random.tensor(random.pick([ElementType].any), extents)]
      )
    },
    OperatorCase(name: "expand", operators: ["Expand"]) { random in
      let (a, b) = broadcasting(&random)
      return (
        Rearrangement(kind: .expand),
        [random.tensor(random.pick([ElementType].any), a), .list(b)]
      )
    },
    OperatorCase(name: "depth to space", operators: ["DepthToSpace"]) { random in
      let block = random.integer(1...3)
      return (
        Rearrangement(
          kind: .depthToSpace(block: block, columnsFirst: random.integer(0...1) == 1)),
        [random.tensor([2, block * block * 2, random.integer(1...5), 3])]
      )
    },
    OperatorCase(name: "concatenation", operators: ["Concat"]) { random in
      let axis = random.integer(0...2)
      let type = random.pick([ElementType].any)
      let parts = (0..<random.integer(1...4)).map { _ -> Tensor in
        var extents = [2, 3, 4]
        extents[axis] = random.integer(0...5)
        return random.tensor(type, extents)
      }
      return (Concatenation(axis: axis - random.pick([0, 3])), parts)
    },
    OperatorCase(name: "pad", operators: ["Pad"]) { random in
      let mode = random.pick(Padding.Mode.allCases)
      let type = random.pick([ElementType].any)
      let pads = (0..<6).map { _ in random.integer(mode == .constant ? -2...3 : 0...3) }
      return (
        Padding(mode: mode, fixedPads: nil, fixedValue: 0),
        [
          random.tensor(type, [4, 5, 6]), .list(pads), random.pick([nil, random.tensor(type, [])]),
        ]
      )
    },
    OperatorCase(name: "slice", operators: ["Slice"]) { random in
      let count = random.integer(1...3)
      func list(_ range: ClosedRange<Int>) -> [Int] {
        (0..<count).map { _ in random.integer(range) }
      }
      let (starts, ends) = (list(-9...9), list(-9...9))
      let steps = list(-3...3).map { $0 == 0 ? 1 : $0 }
      return (
        Slicing(fixed: nil),
        [
          random.tensor(random.pick([ElementType].any), [5, 6, 7]), .list(starts), .list(ends),
          .list(Array([2, 0, 1].prefix(count))), .list(steps),
        ]
      )
    },
    OperatorCase(name: "split", operators: ["Split"]) { random in
      let cut = random.integer(0...7)
      return (
        Splitting(axis: 1, lengths: nil, parts: 2),
        [random.tensor(random.pick([ElementType].any), [3, 7, 2]), .list([cut, 7 - cut])]
      )
    },
    OperatorCase(name: "gather", operators: ["Gather"]) { random in
      let axis = random.integer(0...2)
      let entries = (0..<random.integer(0...5)).map { _ in random.integer(-3...2) }
      return (
        Gathering(axis: axis),
        [random.tensor(random.pick([ElementType].any), [3, 3, 3]), .list(entries)]
      )
    },
    OperatorCase(
      name: "views",
      operators: ["Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity", "Dropout"]
    ) { random in
      let kinds: [(Reshaping.Kind, [Int]?)] = [
        (.identity, nil), (.reshape(allowZero: false), [0, -1]), (.flatten(axis: 2), nil),
        (.squeeze(axes: nil), nil), (.squeeze(axes: [-1]), nil), (.unsqueeze(axes: nil), [0, -1]),
      ]
      let (kind, list) = random.pick(kinds)
      return (
        Reshaping(kind: kind),
        [random.tensor([2, random.integer(1...5), 1]), list.map(Tensor.list)]
      )
    },
  ]

  static let rows: [OperatorCase] = [
    OperatorCase(name: "batch normalisation", operators: ["BatchNormalization"]) { random in
      (
        Normalization(kind: .batch, epsilon: 1e-5),
        [
          random.tensor([2, 4, 5, 3]), random.tensor([4]), random.tensor([4]), random.tensor([4]),
          random.tensor([4], 0.2...3),
        ]
      )
    },
    OperatorCase(name: "instance normalisation", operators: ["InstanceNormalization"]) { random in
      (
        Normalization(kind: .instance, epsilon: 1e-5),
        [random.tensor([2, 4, 5, random.integer(2...9)]), random.tensor([4]), random.tensor([4])]
      )
    },
    OperatorCase(name: "layer normalisation", operators: ["LayerNormalization"]) { random in
      let axis = random.integer(1...2)
      let extents = [3, 5, random.integer(2...40)]
      let parameters = Array(extents[axis...])
      return (
        Normalization(kind: .layer(axis: axis - random.pick([0, 3])), epsilon: 1e-5),
        [
          random.tensor(extents), random.tensor(parameters),
          random.pick([nil, random.tensor(parameters)]),
        ]
      )
    },
    OperatorCase(name: "softmax", operators: ["Softmax", "LogSoftmax"]) { random in
      (
        Softmax(
          axis: random.integer(-3...2), isLogarithm: random.integer(0...1) == 1,
          flattens: random.integer(0...1) == 1),
        [random.tensor([3, random.integer(1...40), random.integer(1...200)], -20...20)]
      )
    },
    OperatorCase(
      name: "reduction", operators: ["ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin"],
      tolerance: 2e-5
    ) { random in
      let axes = (-3...2).filter { _ in random.integer(0...3) == 0 }
      return (
        Reduction(
          kind: random.pick([.mean, .sum, .largest, .smallest]), axes: random.pick([nil, axes]),
          keepsAxes: random.integer(0...1) == 1, noAxesMeansNothing: random.integer(0...1) == 1),
        [random.tensor([3, random.integer(1...9), random.integer(1...150)]), .list(axes)]
      )
    },
    OperatorCase(name: "place of the largest", operators: ["ArgMax"]) { random in
      (
        ArgMax(
          axis: random.integer(-3...2), keepsAxis: random.integer(0...1) == 1,
          takesLast: random.integer(0...1) == 1),
        [random.tensor(.float32, [3, 6, 7])]
      )
    },
    OperatorCase(name: "matrices", operators: ["MatMul"]) { random in
      let (batch, other) = random.pick([([2, 3], [3]), ([], [4, 1]), ([2], [2]), ([], [])])
      let inner = random.integer(0...20)
      return (
        MatrixProduct(kind: .matMul),
        [
          random.tensor(batch + [random.integer(1...20), inner]),
          random.tensor(other + [inner, random.pick([1, 7, 16, 60, 400])]),
        ]
      )
    },
    OperatorCase(name: "gemm", operators: ["Gemm"]) { random in
      let (rows, inner, columns) =
        (random.integer(1...9), random.integer(1...20), random.integer(1...9))
      let (p, q) = (random.integer(0...1) == 1, random.integer(0...1) == 1)
      let c = random.pick([nil, [columns], [rows, 1], [], [rows, columns]])
      return (
        MatrixProduct(kind: .gemm(alpha: 0.5, beta: 2, transposesA: p, transposesB: q)),
        [
          random.tensor(p ? [inner, rows] : [rows, inner]),
          random.tensor(q ? [columns, inner] : [inner, columns]), c.map { random.tensor($0) },
        ]
      )
    },
  ]
}
