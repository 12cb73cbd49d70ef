import Tensors

extension Resize {
  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    let x = try inputs.required(0)
    let shape = try outputs(of: inputs.facts)[0].shape
    let axes = try axisScales(of: inputs.facts)
    let values = Indices(shape).map { index in
      blend(x, index, axes[...])
    }
    return [Tensor(values.map { Float($0) }, shape)]
  }

  /// The value at an index, of which the axes in `axes` are still output positions.
  private func blend(_ x: Tensor, _ index: [Int], _ axes: ArraySlice<AxisScale>) -> Double {
    guard let axis = axes.first else { return Double(x.floats[x.shape.offset(index)]) }
    let length = x.shape[axis.axis]
    let place = place(index[axis.axis], axis, length: length)
    var index = index
    if mode == .nearest {
      index[axis.axis] = nearest(place, length: length)
      return blend(x, index, axes.dropFirst())
    }
    let clamped = min(max(place, 0), Double(length - 1))
    let low = Int(clamped)
    let weight = clamped - Double(low)
    index[axis.axis] = low
    let first = blend(x, index, axes.dropFirst())
    index[axis.axis] = min(low + 1, length - 1)
    return first * (1 - weight) + blend(x, index, axes.dropFirst()) * weight
  }
}
