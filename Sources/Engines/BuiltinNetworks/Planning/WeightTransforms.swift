import Tensors

extension Program {
  /// Transforms the weights of every convolution that may run in tiles, once for all shapes.
  mutating func transformWeights() {
    for index in nodes.indices {
      guard var convolution = nodes[index].operation as? Convolution, convolution.isTileable,
        let weights = constants[nodes[index].inputs[1]], weights.type == .float32,
        Winograd.suits(weights.shape)
      else { continue }
      convolution.transformed = Winograd.transform(weights)
      nodes[index].operation = convolution
    }
  }
}

extension Convolution {
  /// Whether nothing but the size of its input can keep it from running in tiles.
  fileprivate var isTileable: Bool {
    let steps = (sliding.strides ?? []) + (sliding.dilations ?? [])
    return groups == 1 && steps.allSatisfy { $0 == 1 }
  }
}
