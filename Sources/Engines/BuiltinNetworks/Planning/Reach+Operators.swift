import Tensors

extension Shaped.Instruction {
  /// What the outputs depend on, given what the inputs depend on.
  func reach(_ inputs: [Reach]) -> [Reach] {
    let shape = outputs[0].shape
    if inputs.allSatisfy(\.isNothing) { return outputs.map { _ in .nothing } }
    if let bytes = node.operation as? any ByteOperator { return [bytes.reach(inputs, self)] }
    switch node.operation {
    case is Elementwise, is Clip, is Casting, is Quantization, is Arithmetic, is Comparison,
      is Selection:
      return [together(inputs)]
    case let concatenation as Concatenation:
      let place = concatenation.axis < 0 ? concatenation.axis + shape.rank : concatenation.axis
      guard case .along(let axis, _) = together(inputs), axis != place else { return [.everything] }
      return [together(inputs)]
    case is Convolution, is TransposedConvolution, is Pooling: return [windowed(inputs)]
    default: break
    }
    // Everything below follows its first input alone.
    guard case .along(let axis, let spans) = inputs[0], let source = self.inputs[0]?.shape,
      inputs.dropFirst().allSatisfy(\.isNothing)
    else { return outputs.map { _ in .everything } }
    switch node.operation {
    case let normalization as Normalization: return [normalization.reach(inputs[0], axis, source)]
    case let softmax as Softmax:
      let place = softmax.axis < 0 ? softmax.axis + source.rank : softmax.axis
      let isMixed = softmax.flattens ? axis >= place : axis == place
      return [isMixed ? .everything : inputs[0]]
    case let resize as Resize: return [resize.reach(inputs[0], axis, self.inputs)]
    case let splitting as Splitting:
      let place = splitting.axis < 0 ? splitting.axis + source.rank : splitting.axis
      return outputs.map { _ in place == axis ? .everything : inputs[0] }
    case is Reshaping: return [reshaped(axis, spans, from: source, to: shape)]
    default: return moved(inputs, axis, source, shape)
    }
  }

  /// All inputs together, element by element with broadcasting.
  private func together(_ inputs: [Reach]) -> Reach {
    let shape = outputs[0].shape
    let ranked = zip(inputs, self.inputs.all).map { (reach: $0, rank: $1?.shape.rank ?? 0) }
    return Reach.union(ranked, rank: shape.rank, extents: shape)
  }

  private func windowed(_ inputs: [Reach]) -> Reach {
    guard let x = self.inputs[0]?.shape, case .along(let axis, _) = inputs[0], axis >= 2 else {
      return .everything
    }
    let isRow = axis == 2 && x.rank == 4
    var result: Reach
    if let convolution = node.operation as? Convolution, let w = self.inputs[1]?.shape,
      let window = try? convolution.window(x, w)
    {
      result = (isRow ? window.y : window.x).reach(inputs[0], axis)
    } else if let pooling = node.operation as? Pooling, let window = try? pooling.window(x) {
      result = (isRow ? window.y : window.x).reach(inputs[0], axis)
    } else if let transposed = node.operation as? TransposedConvolution,
      let w = self.inputs[1]?.shape, let window = try? transposed.window(x, w)
    {
      result = (isRow ? window.y : window.x).reverseReach(inputs[0], axis)
    } else {
      return .everything
    }
    if inputs.count > 3 {
      let rank = outputs[0].shape.rank
      result = Reach.union(
        [(result, rank), (inputs[3], rank)], rank: rank, extents: outputs[0].shape)
    }
    return result
  }

  private func reshaped(
    _ axis: Int, _ spans: [Reach.Span], from source: Shape, to shape: Shape
  ) -> Reach {
    let target = shape.extents.indices.first {
      shape[$0] == source[axis] && shape.count(0..<$0) == source.count(0..<axis)
    }
    return target.map { .along(axis: $0, spans: spans) } ?? .everything
  }

  /// Operators that move entries of the first input.
  private func moved(_ inputs: [Reach], _ axis: Int, _ source: Shape, _ shape: Shape) -> [Reach] {
    switch node.operation {
    case let rearrangement as Rearrangement:
      switch rearrangement.kind {
      case .expand:
        return [Reach.union([(inputs[0], source.rank)], rank: shape.rank, extents: shape)]
      case .transpose(let order):
        let order = order ?? Array(source.extents.indices.reversed())
        guard let target = order.firstIndex(of: axis) else { return [.everything] }
        return [inputs[0].mapped({ $0...$0 }, count: shape[target], to: target)]
      case .depthToSpace(let block, _):
        guard axis >= 2 else { return [.everything] }
        return [
          inputs[0].mapped({ $0 / block...$0 / block }, count: shape[axis], to: axis)
        ]
      }
    case let padding as Padding:
      guard let pads = try? padding.pads(self.inputs) else { return [.everything] }
      let table = padding.table(
        length: source[axis], before: pads[axis].before, after: pads[axis].after)
      return [
        inputs[0].mapped(
          { table[$0] < 0 ? nil : Int(table[$0])...Int(table[$0]) }, count: table.count, to: axis)
      ]
    case let slicing as Slicing:
      guard let part = (try? slicing.parts(of: self.inputs))?[axis] else { return [.everything] }
      return [
        inputs[0].mapped(
          { part.start + $0 * part.step...part.start + $0 * part.step }, count: part.count, to: axis
        )
      ]
    case let gathering as Gathering:
      let place = gathering.axis < 0 ? gathering.axis + source.rank : gathering.axis
      guard place != axis else { return [.everything] }
      let target = place < axis ? axis + shape.rank - source.rank : axis
      return [inputs[0].mapped({ $0...$0 }, count: shape[target], to: target)]
    case let reduction as Reduction:
      guard let reduced = try? reduction.reducedAxes(self.inputs), !reduced.contains(axis) else {
        return [.everything]
      }
      let target = reduction.keepsAxes ? axis : axis - reduced.count { $0 < axis }
      return [inputs[0].mapped({ $0...$0 }, count: source[axis], to: target)]
    case let search as ArgMax:
      let place = search.axis < 0 ? search.axis + source.rank : search.axis
      guard place != axis else { return [.everything] }
      let target = search.keepsAxis || axis < place ? axis : axis - 1
      return [inputs[0].mapped({ $0...$0 }, count: source[axis], to: target)]
    case is MatrixProduct:
      guard case .along = inputs[0], axis < source.rank - 1, shape.rank == source.rank,
        case .nothing = inputs[1]
      else { return [.everything] }
      return [inputs[0]]
    default: return outputs.map { _ in .everything }
    }
  }
}

extension Window.Axis {
  /// The dependence of a window's output.
  func reach(_ input: Reach, _ axis: Int) -> Reach {
    input.mapped(
      { position in
        let first = position * stride - before
        let last = first + reach - 1
        return last < 0 || first >= self.input ? nil : max(first, 0)...min(last, self.input - 1)
      }, count: output, to: axis)
  }

  /// The dependence of a transposed convolution's output, which is the window's input.
  func reverseReach(_ reach: Reach, _ axis: Int) -> Reach {
    guard case .along(_, let spans) = reach else { return reach }
    var result = [Reach.Span](repeating: .empty, count: input)
    for (position, span) in spans.enumerated() {
      for tap in 0..<kernel {
        let place = position * stride - before + tap * dilation
        if 0..<input ~= place { result[place] = result[place].union(span) }
      }
    }
    return .along(axis: axis, spans: result)
  }
}

extension Normalization {
  /// Statistics of whole planes see everything.
  func reach(_ reach: Reach, _ axis: Int, _ shape: Shape) -> Reach {
    switch kind {
    case .batch: return reach
    case .instance: return .everything
    case .layer(let first):
      return axis >= (first < 0 ? first + shape.rank : first) ? .everything : reach
    }
  }
}

extension Resize {
  /// The one or two entries that a resized entry is made of.
  func reach(_ reach: Reach, _ axis: Int, _ inputs: Inputs<Fact>) -> Reach {
    guard let axes = try? axisScales(of: inputs), let length = inputs[0]?.shape[axis] else {
      return .everything
    }
    guard let scale = axes.first(where: { $0.axis == axis }) else { return reach }
    return reach.mapped(
      { position in
        let place = place(position, scale, length: length)
        if mode == .nearest {
          let entry = nearest(place, length: length)
          return entry...entry
        }
        let clamped = min(max(place, 0), Double(length - 1))
        return Int(clamped)...Int(clamped.rounded(.up))
      }, count: scale.length, to: axis)
  }
}
