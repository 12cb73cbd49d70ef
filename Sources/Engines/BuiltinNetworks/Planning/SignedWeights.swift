import Tensors

/// A convolution's weights as signed bytes with a scale per filter, as a model holds them.
struct SignedWeights {
  /// `[K, C, kh, kw]`, int8.
  let values: Tensor
  /// One per filter.
  let scales: [Float]

  /// Reads what a DequantizeLinear of constants would make; nil where the scale is not per filter,
  /// or where zero points lead out of signed bytes.
  static func from(_ node: Program.Node, _ constants: [String: Tensor]) -> SignedWeights? {
    let inputs = Inputs<Tensor>(node.inputs.map { constants[$0] })
    guard let quantization = node.operation as? Quantization, let w = inputs[0],
      let scales = inputs[1], w.type == .int8 || w.type == .uint8, w.shape.rank == 4,
      scales.type == .float32, scales.floats.allSatisfy({ $0.isFinite })
    else { return nil }
    let filters = w.shape[0]
    let isPerFilter = quantization.axis == 0 || quantization.axis == -4
    guard scales.shape.count == 1 || (scales.shape.count == filters && isPerFilter) else {
      return nil
    }
    let zeros = inputs[2]?.integers ?? [0]
    guard zeros.count == 1 || zeros.count == scales.shape.count else { return nil }
    let perFilter = max(w.shape.count / max(filters, 1), 1)
    let centred = w.integers.enumerated().map { place, value in
      value - zeros[zeros.count == 1 ? 0 : place / perFilter]
    }
    guard centred.allSatisfy({ (-128...127).contains($0) }) else { return nil }
    return SignedWeights(
      values: Tensor(centred.map { Int8($0) }, w.shape),
      scales: (0..<filters).map { scales.floats[scales.shape.count == 1 ? 0 : $0] })
  }
}
