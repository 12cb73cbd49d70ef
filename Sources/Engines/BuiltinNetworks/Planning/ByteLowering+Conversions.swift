import Tensors

// Into bytes and out of them.

extension ByteLowering {
  mutating func dequantize(_ node: Program.Node, _ output: String) -> Bool {
    if constants[node.inputs[0]] != nil { weights[output] = node }
    guard var value = quantized[node.inputs[0]],
      let grid = ByteGrid(scale: constant(node, 1), zero: constant(node, 2))
    else { return false }
    value.grid = grid
    known[output] = value
    planes[output] = .some(value.channels)
    return true
  }

  mutating func quantize(_ node: Program.Node, _ output: String) -> Bool {
    let name = node.inputs[0]
    guard let channels = planes[name], !outputs.contains(output),
      let grid = ByteGrid(scale: constant(node, 1), zero: constant(node, 2))
    else { return false }
    if let value = pending.removeValue(forKey: name) {
      quantized[output] = finish(value, on: grid, output, channels)
    } else if let value = known[name] {
      quantized[output] = regrid(value, to: grid, output)
    } else {
      append(Packing(grid: grid), [name], output)
      quantized[output] = whole(output, channels, grid)
    }
    return true
  }

  func whole(_ name: String, _ channels: Int?, _ grid: ByteGrid) -> ByteValue {
    ByteValue(parts: [ByteValue.Part(name: name, channels: channels)], grid: grid)
  }

  mutating func finish(
    _ value: PendingValue, on grid: ByteGrid, _ output: String, _ channels: Int?
  ) -> ByteValue {
    switch value {
    case .convolution(let convolution):
      nodes.append(convolution.node(making: output, on: grid))
    case .sum(let values, let limits):
      let sum = ByteSum(
        grids: values.map(\.grid), result: grid, limits: grid.steps(within: limits))
      append(sum, values.map { $0.parts[0].name }, output)
    case .doubling(let value, let node):
      guard let resize = node.operation as? Resize else { break }
      let operation = ByteResize(resize: resize, grid: value.grid, result: grid)
      return eachPart(value, operation, node, output, on: grid)
    case .concatenation(let values):
      let parts = values.enumerated().map { position, value in
        regrid(value, to: grid, "\(output)/\(position)").parts
      }
      return ByteValue(parts: parts.flatMap { $0 }, grid: grid)
    }
    return whole(output, channels, grid)
  }

  /// The same value on another grid.
  mutating func regrid(
    _ value: ByteValue, to grid: ByteGrid, _ output: String
  ) -> ByteValue {
    guard value.grid != grid else { return value }
    let sum = ByteSum(grids: [value.grid], result: grid, limits: grid.steps)
    return eachPart(value, sum, nil, output, on: grid)
  }

  /// Appends one node per part; further inputs are those of `node`.
  mutating func eachPart(
    _ value: ByteValue, _ operation: any Operator, _ node: Program.Node?, _ output: String,
    on grid: ByteGrid
  ) -> ByteValue {
    var result = ByteValue(parts: [], grid: grid)
    for (position, part) in value.parts.enumerated() {
      let name = value.parts.count == 1 ? "\(output)/bytes" : "\(output)/bytes \(position)"
      append(operation, [part.name] + (node?.inputs.dropFirst() ?? []), name)
      result.parts.append(ByteValue.Part(name: name, channels: part.channels))
    }
    return result
  }

  func constant(_ node: Program.Node, _ position: Int) -> Tensor? {
    position < node.inputs.count ? constants[node.inputs[position]] : nil
  }
}
