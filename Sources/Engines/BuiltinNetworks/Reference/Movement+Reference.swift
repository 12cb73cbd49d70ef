import Tensors

extension Rearrangement {
  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    let x = try inputs.required(0)
    let shape = try outputs(of: inputs.facts)[0].shape
    let offsets: [Int] = Indices(shape).map { index in
      switch kind {
      case .transpose(let order):
        let order = order ?? Array(x.shape.extents.indices.reversed())
        var source = index
        for (position, axis) in order.enumerated() { source[axis] = index[position] }
        return x.shape.offset(source)
      case .expand: return x.shape.offset(broadcasting: index)
      case .depthToSpace(let block, let columnsFirst):
        let (by, bx) = (index[2] % block, index[3] % block)
        let channel =
          columnsFirst
          ? (index[1] * block + by) * block + bx : (by * block + bx) * shape[1] + index[1]
        return x.shape.offset([index[0], channel, index[2] / block, index[3] / block])
      }
    }
    return [x.picking(offsets, shape)]
  }
}

extension Concatenation {
  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    let fact = try outputs(of: inputs.facts)[0]
    let axis = try fact.shape.axis(axis)
    let size = fact.type.size
    return [
      Tensor(fact.type, fact.shape) { bytes in
        var start = 0
        for x in inputs.all.compactMap({ $0 }) {
          for (place, index) in Indices(x.shape).enumerated() {
            var target = index
            target[axis] += start
            bytes.baseAddress?.advanced(by: fact.shape.offset(target) * size)
              .copyMemory(from: x.address + place * size, byteCount: size)
          }
          start += x.shape[axis]
        }
      }
    ]
  }
}

extension Padding {
  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    let x = try inputs.required(0)
    let shape = try outputs(of: inputs.facts)[0].shape
    let pads = try pads(inputs.facts)
    let tables = pads.indices.map {
      table(length: x.shape[$0], before: pads[$0].before, after: pads[$0].after)
    }
    let offsets: [Int] = Indices(shape).map { index in
      let source = index.indices.map { Int(tables[$0][index[$0]]) }
      return source.contains(-1) ? -1 : x.shape.offset(source)
    }
    let value = fixedValue != 0 && x.type == .float32 ? Tensor([fixedValue], Shape()) : nil
    return [x.picking(offsets, shape, filler: inputs[2] ?? value)]
  }
}

extension Slicing {
  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    let x = try inputs.required(0)
    let parts = try parts(of: inputs.facts)
    let shape = Shape(parts.map(\.count))
    let offsets = Indices(shape).map { index in
      x.shape.offset(zip(index, parts).map { $1.start + $0 * $1.step })
    }
    return [x.picking(offsets, shape)]
  }
}

extension Splitting {
  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    let x = try inputs.required(0)
    let facts = try outputs(of: inputs.facts)
    let axis = try x.shape.axis(axis)
    var start = 0
    return facts.map { fact in
      let offsets = Indices(fact.shape).map { index in
        var source = index
        source[axis] += start
        return x.shape.offset(source)
      }
      start += fact.shape[axis]
      return x.picking(offsets, fact.shape)
    }
  }
}

extension Gathering {
  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    let (x, indices) = (try inputs.required(0), try inputs.required(1))
    let shape = try outputs(of: inputs.facts)[0].shape
    let axis = try x.shape.axis(axis)
    let chosen = try self.indices(indices.integers, length: x.shape[axis])
    let offsets = Indices(shape).map { index in
      let inner = Array(index[axis..<axis + indices.shape.rank])
      let entry = chosen[indices.shape.offset(inner)]
      return x.shape.offset(
        Array(index[..<axis]) + [entry] + Array(index[(axis + indices.shape.rank)...]))
    }
    return [x.picking(offsets, shape)]
  }
}

extension Reshaping {
  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    [try inputs.required(0).reshaped(to: try outputs(of: inputs.facts)[0].shape)]
  }
}

extension Folding {
  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    try outputs(of: inputs.facts).compactMap(\.constant)
  }
}
