import Tensors

// What exporters write out of simple operators, recognised by the graph and put back together. A
// pattern looks from its last instruction backwards; what it no longer needs is swept away.

extension Lowering {
  /// `gamma · (x − mean) / √(variance + epsilon) + beta` over the last axis.
  static func layerNormalization(_ graph: inout Lowering, _ index: Int) throws(GraphFault) {
    let node = graph.instructions[index].node
    guard (node.operation as? Arithmetic)?.function == .add, node.inputs.count == 2 else { return }
    for (scaled, beta) in [(0, 1), (1, 0)].map({ (node.inputs[$0], node.inputs[$1]) }) {
      guard let product = graph.operands(of: scaled, .multiply) else { continue }
      for (ratio, gamma) in [(product.0, product.1), (product.1, product.0)] {
        guard let core = graph.standardized(ratio),
          let length = graph.facts[core.x]?.shape.extents.last,
          graph.vector(gamma, count: length) != nil, graph.vector(beta, count: length) != nil
        else { continue }
        try graph.replace(
          index, with: Normalization(kind: .layer(axis: -1), epsilon: core.epsilon),
          [core.x, gamma, beta])
        return
      }
    }
  }

  /// The x and epsilon of `(x − mean) / √(variance + epsilon)`.
  private func standardized(_ name: String) -> (x: String, epsilon: Float)? {
    guard let (centred, root) = operands(of: name, .divide),
      let (x, mean) = operands(of: centred, .subtract), isMean(mean, of: x),
      let spread = maker(of: root)?.node,
      (spread.operation as? Elementwise)?.activation.function == .sqrt,
      let (variance, epsilon) = sumWithScalar(spread.inputs[0]),
      let squares = maker(of: variance)?.node.inputs.first, isMean(variance, of: squares)
    else { return nil }
    if let (base, exponent) = operands(of: squares, .power), base == centred,
      scalar(exponent) == 2
    {
      return (x, epsilon)
    }
    if let (a, b) = operands(of: squares, .multiply), a == centred, b == centred {
      return (x, epsilon)
    }
    return nil
  }

  /// Whether a value is another's mean over its last axis, which stays with extent 1.
  private func isMean(_ name: String, of x: String) -> Bool {
    guard let made = maker(of: name), let reduction = made.node.operation as? Reduction,
      case .mean = reduction.kind, made.node.inputs[0] == x, reduction.keepsAxes,
      let rank = facts[x]?.shape.rank, let axes = try? reduction.reducedAxes(made.inputs)
    else { return false }
    return axes == [rank - 1]
  }

  /// The other operand and the number of a sum with one number.
  private func sumWithScalar(_ name: String) -> (String, Float)? {
    guard let (a, b) = operands(of: name, .add) else { return nil }
    return scalar(b).map { (a, $0) } ?? scalar(a).map { (b, $0) }
  }

  /// The operands of a function of two values that makes a value.
  func operands(of name: String, _ function: Arithmetic.Function) -> (String, String)? {
    guard let node = maker(of: name)?.node, node.inputs.count == 2,
      (node.operation as? Arithmetic)?.function == function
    else { return nil }
    return (node.inputs[0], node.inputs[1])
  }

  /// `½ x (1 + erf(x / √2))`, its factors in any order.
  static func gelu(_ graph: inout Lowering, _ index: Int) throws(GraphFault) {
    let node = graph.instructions[index].node
    guard (node.operation as? Arithmetic)?.function == .multiply, node.inputs.count == 2 else {
      return
    }
    var factors = node.inputs
    for place in [1, 0] {
      if let (a, b) = graph.operands(of: factors[place], .multiply) {
        factors.replaceSubrange(place...place, with: [a, b])
        break
      }
    }
    guard factors.count == 3, let half = factors.firstIndex(where: { graph.scalar($0) == 0.5 })
    else { return }
    factors.remove(at: half)
    for (x, gate) in [(factors[0], factors[1]), (factors[1], factors[0])] {
      guard let (erf, one) = graph.sumWithScalar(gate), one == 1,
        let function = graph.maker(of: erf)?.node,
        (function.operation as? Elementwise)?.activation.function == .erf,
        graph.isOverRootTwo(function.inputs[0], x)
      else { continue }
      try graph.replace(index, with: Elementwise(activation: Activation(function: .gelu)), [x])
      return
    }
  }

  private func isOverRootTwo(_ name: String, _ x: String) -> Bool {
    if let (a, divisor) = operands(of: name, .divide) {
      return a == x && scalar(divisor).map { abs($0 - 1.4142135) < 1e-4 } ?? false
    }
    guard let (a, b) = operands(of: name, .multiply), let factor = scalar(a) ?? scalar(b) else {
      return false
    }
    return (a == x || b == x) && abs(factor - 0.70710678) < 1e-4
  }

  /// `softmax(scale · q kᵀ) v`.
  static func attention(_ graph: inout Lowering, _ index: Int) throws(GraphFault) {
    let node = graph.instructions[index].node
    guard let shares = graph.isProduct(node)?.0, let value = graph.isProduct(node)?.1,
      graph.uses[shares] == 1, let made = graph.maker(of: shares),
      let softmax = made.node.operation as? Softmax, !softmax.isLogarithm,
      let rank = made.inputs[0]?.shape.rank, rank >= 2,
      softmax.axis == -1 || softmax.axis == rank - 1
    else { return }
    var (scores, scale) = (made.node.inputs[0], Float(1))
    if let (rest, factor) = graph.scaled(scores), graph.uses[scores] == 1 {
      (scores, scale) = (rest, factor)
    }
    guard scale > 0, graph.uses[scores] == 1, let product = graph.maker(of: scores)?.node,
      let (query, key) = graph.isProduct(product), let q = graph.facts[query]?.shape,
      let k = graph.facts[key]?.shape, let v = graph.facts[value]?.shape, q.rank == rank,
      k.rank == rank, v.rank == rank, q.count > 0, k.count > 0, v.count > 0,
      q.extents.dropLast(2) == k.extents.dropLast(2), q.extents.dropLast(2) == v.extents.dropLast(2)
    else { return }
    let attention = Attention(
      queries: View(q), keys: View(k).transposed, values: View(v), scale: scale)
    let label = node.label
    let turned = graph.fresh("\(node.outputs[0])/planes")
    let heads = try graph.instruction(
      attention, [query, key, value], outputs: [turned], label: label)
    graph.insert([heads], before: index)
    var order = Array(0..<rank)
    order.swapAt(rank - 1, rank - 2)
    try graph.replace(index + 1, with: Rearrangement(kind: .transpose(order)), [turned])
  }

  /// The factors of a product of two values.
  private func isProduct(_ node: Program.Node) -> (String, String)? {
    guard let product = node.operation as? MatrixProduct, case .matMul = product.kind else {
      return nil
    }
    return (node.inputs[0], node.inputs[1])
  }

  /// The other operand and the factor of a multiplication by, or a division by, one number.
  private func scaled(_ name: String) -> (String, Float)? {
    if let (a, b) = operands(of: name, .multiply) {
      return scalar(b).map { (a, $0) } ?? scalar(a).map { (b, $0) }
    }
    guard let (a, b) = operands(of: name, .divide), let divisor = scalar(b) else { return nil }
    return (a, 1 / divisor)
  }
}
