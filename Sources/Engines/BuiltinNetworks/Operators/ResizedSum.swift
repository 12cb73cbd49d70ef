import Tensors

/// A sum of planes that are brought to one size: `activation(bias + Σ resize(x))`.
///
/// Inputs: bias `[K]` (may be left out), then the planes `[N, K, h, w]` of each layer.
struct ResizedSum: Operator {
  /// One summand.
  struct Layer: Sendable {
    /// How it is resized; nil where it has the output's size.
    var resize: Resize?
    var scales: [Resize.AxisScale] = []
  }

  var layers: [Layer]
  /// The output's rows and columns.
  var height: Int
  var width: Int
  var activation = Activation(function: .identity)

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    let x = try inputs.required(1)
    return [
      Fact(.float32, try Shape(checking: [x.shape[0], x.shape[1], height, width], of: .float32))
    ]
  }

  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    let shape = try outputs(of: inputs.facts)[0].shape
    var sums = [Float](repeating: 0, count: shape.count)
    if let bias = inputs[0]?.floats {
      for place in sums.indices { sums[place] = bias[place / (height * width) % shape[1]] }
    }
    for (number, layer) in layers.enumerated() {
      let x = try inputs.required(number + 1)
      let (rows, columns) = (
        layer.taps(axis: 2, x.shape[2], height), layer.taps(axis: 3, x.shape[3], width)
      )
      for place in sums.indices {
        let (i, j) = (place / width % height, place % width)
        let start = place / (height * width) * x.shape[2] * x.shape[3]
        for (row, p) in rows[i].entries {
          for (column, q) in columns[j].entries {
            sums[place] += x.floats[start + row * x.shape[3] + column] * p * q
          }
        }
      }
    }
    return [Tensor(sums.map(activation.evaluate), shape)]
  }
}

/// The two entries of an axis that one resized entry is made of.
struct LayerTaps {
  var first: Int, second: Int
  var firstWeight: Float, secondWeight: Float

  var entries: [(Int, Float)] { [(first, firstWeight), (second, secondWeight)] }
}

extension ResizedSum.Layer {
  /// What every entry of an axis of `count` entries is made of.
  func taps(axis: Int, _ length: Int, _ count: Int) -> [LayerTaps] {
    guard let resize, let scale = scales.first(where: { $0.axis == axis }) else {
      return (0..<count).map { LayerTaps(first: $0, second: $0, firstWeight: 1, secondWeight: 0) }
    }
    return (0..<count).map { position in
      let place = resize.place(position, scale, length: length)
      if resize.mode == .nearest {
        let entry = resize.nearest(place, length: length)
        return LayerTaps(first: entry, second: entry, firstWeight: 1, secondWeight: 0)
      }
      let clamped = min(max(place, 0), Double(length - 1))
      let low = Int(clamped)
      let share = clamped - Double(low)
      return LayerTaps(
        first: low, second: min(low + 1, length - 1), firstWeight: Float(1 - share),
        secondWeight: Float(share))
    }
  }
}
