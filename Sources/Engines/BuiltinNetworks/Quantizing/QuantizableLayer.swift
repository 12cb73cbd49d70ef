import SwiftProtobuf
import Tensors

/// A convolution of a model whose weights can be written as bytes.
struct QuantizableLayer {
  /// Its place among the graph's nodes.
  var node: Int
  /// What messages call it.
  var label: String
  /// The picture it takes.
  var input: String
  /// Its weights, `[K, C, kh, kw]`.
  var weights: Tensor
  /// Its bias; zeros where it has none.
  var bias: [Float]

  /// The convolutions of a graph that run in bytes: of one group, over pictures, with known weights.
  static func all(in graph: Onnx_GraphProto) throws(GraphFault) -> [QuantizableLayer] {
    var constants: [String: Onnx_TensorProto] = [:]
    for tensor in graph.initializer { constants[tensor.name] = tensor }
    var layers: [QuantizableLayer] = []
    for (index, node) in graph.node.enumerated() where node.opType == "Conv" {
      guard node.input.count >= 2, let weights = constants[node.input[1]],
        node.attribute.first(where: { $0.name == "group" })?.i ?? 1 == 1
      else { continue }
      let tensor = try readTensor(weights)
      guard tensor.type == .float32, tensor.shape.rank == 4, tensor.shape.count > 0,
        tensor.floats.allSatisfy({ $0.isFinite })
      else { continue }
      var bias = [Float](repeating: 0, count: tensor.shape[0])
      if node.input.count > 2, !node.input[2].isEmpty {
        guard let values = constants[node.input[2]] else { continue }
        bias = try readTensor(values).copiedFloats
      }
      guard bias.count == tensor.shape[0] else { continue }
      layers.append(
        QuantizableLayer(
          node: index, label: node.name.isEmpty ? node.output[0] : node.name,
          input: node.input[0], weights: tensor, bias: bias))
    }
    return layers
  }

  /// The weights as signed bytes with a scale per filter: symmetric, −127 to 127.
  var signedWeights: SignedWeights {
    let filters = weights.shape[0]
    let size = weights.shape.count / filters
    var values: [Int8] = []
    var scales: [Float] = []
    values.reserveCapacity(weights.shape.count)
    for filter in 0..<filters {
      let part = weights.floats[filter * size..<(filter + 1) * size]
      let largest = part.reduce(0) { max($0, abs($1)) }
      let scale = largest > 0 ? max(largest / 127, .leastNormalMagnitude) : 1
      scales.append(scale)
      values += part.map { Int8(max(min(($0 / scale).rounded(.toNearestOrEven), 127), -127)) }
    }
    return SignedWeights(values: Tensor(values, weights.shape), scales: scales)
  }

  /// The bias that makes up for what rounding the weights adds to the mean of each filter's result.
  ///
  /// - Parameter means: The mean of each channel of the input.
  func correctedBias(_ signed: SignedWeights, means: [Float]) -> [Float] {
    let (channels, taps) = (weights.shape[1], weights.shape.count(2..<4))
    let rounded = signed.values.values(as: Int8.self)
    return bias.indices.map { filter in
      var sum = Double(bias[filter])
      for channel in 0..<channels {
        var difference = 0.0
        for tap in 0..<taps {
          let place = (filter * channels + channel) * taps + tap
          difference +=
            Double(weights.floats[place]) - Double(rounded[place]) * Double(signed.scales[filter])
        }
        sum += difference * Double(means[channel])
      }
      return Float(sum)
    }
  }
}
