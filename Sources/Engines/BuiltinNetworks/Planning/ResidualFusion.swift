import Tensors

extension Shaped {
  /// The same instructions, with sums of a convolution and another value of the same shape taken
  /// into the convolution, and an activation after such a sum too.
  ///
  /// A convolution moves to the place of its sum, where the other value is known.
  func fusingResiduals(outputs wanted: [String]) -> Shaped {
    var uses: [String: Int] = [:]
    for name in instructions.flatMap(\.node.inputs) + wanted { uses[name, default: 0] += 1 }
    var makers: [String: Int] = [:]
    var kept: [Instruction?] = []
    for instruction in instructions {
      var next = instruction
      if let maker = instruction.residualMaker(makers, uses, kept), let convolution = kept[maker] {
        next = instruction.summed(into: convolution)
        kept[maker] = nil
      } else if let maker = instruction.activationMaker(makers, uses, kept),
        let convolution = kept[maker], let fused = instruction.activated(after: convolution)
      {
        next = fused
        kept[maker] = nil
      }
      for name in next.node.outputs { makers[name] = kept.count }
      kept.append(next)
    }
    var result = self
    result.instructions = kept.compactMap(\.self)
    return result
  }
}

extension Shaped.Instruction {
  /// The convolution whose result this adds to another value of the same shape.
  fileprivate func residualMaker(
    _ makers: [String: Int], _ uses: [String: Int], _ kept: [Shaped.Instruction?]
  ) -> Int? {
    guard let sum = node.operation as? Arithmetic, sum.function == .add, node.inputs.count == 2,
      inputs[0]?.shape == inputs[1]?.shape, inputs.all.allSatisfy({ $0?.constant == nil }),
      node.inputs[0] != node.inputs[1]
    else { return nil }
    // The later of the two: it may wait for the other.
    let candidates = node.inputs.filter { uses[$0] == 1 }.compactMap { makers[$0] }.sorted(by: >)
    return candidates.first { maker in
      guard let convolution = kept[maker]?.node.operation as? Convolution else { return false }
      return convolution.isPlain && kept[maker]?.outputs[0].shape.rank == 4
        && (kept[maker]?.node.inputs.count ?? 4) <= 3
    }
  }

  /// The convolution with this sum taken in.
  fileprivate func summed(into convolution: Shaped.Instruction) -> Shaped.Instruction {
    var fused = convolution
    let own = convolution.node.outputs[0]
    let other = node.inputs[0] == own ? 1 : 0
    let padding = 3 - convolution.node.inputs.count
    fused.node.inputs += [String](repeating: "", count: padding) + [node.inputs[other]]
    fused.inputs = Inputs<Fact>(
      convolution.inputs.all + [Fact?](repeating: nil, count: padding) + [inputs[other]])
    fused.node.outputs = node.outputs
    fused.outputs = outputs
    return fused
  }

  /// The convolution with a sum taken in whose result this is a function of.
  fileprivate func activationMaker(
    _ makers: [String: Int], _ uses: [String: Int], _ kept: [Shaped.Instruction?]
  ) -> Int? {
    guard node.operation is Elementwise || node.operation is Clip, let name = node.inputs.first,
      uses[name] == 1, let maker = makers[name],
      let convolution = kept[maker]?.node.operation as? Convolution, convolution.isPlain,
      kept[maker]?.node.inputs.count == 4
    else { return nil }
    return maker
  }

  fileprivate func activated(after convolution: Shaped.Instruction) -> Shaped.Instruction? {
    guard var operation = convolution.node.operation as? Convolution else { return nil }
    if let elementwise = node.operation as? Elementwise {
      operation.activation = elementwise.activation
    } else if let clip = node.operation as? Clip {
      let constants = inputs.all.dropFirst().map { $0?.constant }
      operation.activation = clip.activation(
        constants.first ?? nil, constants.dropFirst().first ?? nil)
    }
    var fused = convolution
    fused.node.operation = operation
    fused.node.outputs = node.outputs
    fused.outputs = outputs
    return fused
  }
}
