import CKernels
import Tensors

/// An axis's taps as the kernels read them, alive as long as whoever holds them.
private struct TapTable {
  let first: Tensor, second: Tensor, firstWeight: Tensor, secondWeight: Tensor

  init(_ taps: [LayerTaps]) {
    let shape = Shape(taps.count)
    first = Tensor(taps.map { Int32($0.first) }, shape)
    second = Tensor(taps.map { Int32($0.second) }, shape)
    firstWeight = Tensor(taps.map(\.firstWeight), shape)
    secondWeight = Tensor(taps.map(\.secondWeight), shape)
  }

  static func places(_ tensor: Tensor) -> UnsafePointer<Int32>? {
    tensor.values(as: Int32.self).baseAddress
  }
}

extension ResizedSum {
  func scratchBytes(_ inputs: Inputs<Fact>, _ outputs: [Fact]) -> Int {
    layers.indices.reduce(0) { bytes, number in
      let rows = layers[number].resize == nil ? 0 : inputs[number + 1]?.shape[2] ?? 0
      return bytes + rows * width * 4
    }
  }

  func step(_ io: Bindings) -> Step {
    let (y, kernels, bias) = (io.outputs[0], io.kernels, io[0]?.floats)
    let (pictures, channels) = (y.shape[0], y.shape[1])
    let (height, width, activation) = (height, width, activation)
    let function = mw_unary(rawValue: activation.function.rawValue)
    let scratch = io.scratch.assumingMemoryBound(to: Float.self)
    var tables: [TapTable] = []
    var planes: [mw_layer] = []
    for (number, layer) in layers.enumerated() {
      let x = io.input(number + 1)
      var plane = mw_layer()
      (plane.x, plane.height, plane.width) = (
        UnsafePointer(x.floats), Int64(x.shape[2]), Int64(x.shape[3])
      )
      if layer.resize != nil {
        let rows = TapTable(layer.taps(axis: 2, x.shape[2], height))
        let columns = TapTable(layer.taps(axis: 3, x.shape[3], width))
        (plane.top, plane.bottom) = (TapTable.places(rows.first), TapTable.places(rows.second))
        (plane.left, plane.right) = (
          TapTable.places(columns.first), TapTable.places(columns.second)
        )
        plane.top_weight = rows.firstWeight.floats.baseAddress
        plane.bottom_weight = rows.secondWeight.floats.baseAddress
        plane.left_weight = columns.firstWeight.floats.baseAddress
        plane.right_weight = columns.secondWeight.floats.baseAddress
        tables += [rows, columns]
      }
      planes.append(plane)
    }
    let layers = planes
    return Step { [tables] in
      withExtendedLifetime(tables) {
        for channel in 0..<pictures * channels {
          kernels.resized_sum_f32(
            layers, Int64(layers.count), Int64(channel), Int64(height), Int64(width),
            bias?[channel % channels] ?? 0, function, activation.alpha, activation.beta,
            y.floats + channel * height * width, scratch)
        }
      }
    }
  }
}
