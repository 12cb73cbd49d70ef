import CKernels
import Tensors

extension Program {
  /// Refuses weights that would make nonsense of every map.
  ///
  /// NaN is refused everywhere. Infinity is refused where it would be multiplied; elsewhere, as in
  /// masks and limits, it may be meant.
  ///
  /// - Throws: ``NetworkError/notFinite(path:weight:reason:)``.
  func checkWeights(path: String) throws(NetworkError) {
    for node in nodes {
      for name in node.inputs {
        guard let weight = constants[name], weight.type == .float32,
          let place = weight.firstBad(allowingInfinity: !node.operation.multipliesWeights)
        else { continue }
        let value = weight.floats[place]
        let word = value.isNaN ? "NaN" : value < 0 ? "-infinity" : "infinity"
        throw .notFinite(
          path: path, weight: name, reason: "\(word) at place \(place) of \(weight.shape.count)")
      }
    }
  }
}

extension Operator {
  fileprivate var multipliesWeights: Bool {
    self is Convolution || self is TransposedConvolution || self is MatrixProduct
      || self is Normalization
  }
}

extension Tensor {
  /// The place of the first value that is no number, or infinite where that is not allowed.
  fileprivate func firstBad(allowingInfinity: Bool) -> Int? {
    var start = 0
    while start < shape.count, let base = floats.baseAddress {
      let found = Int(mw_first_not_finite(base + start, Int64(shape.count - start)))
      guard found >= 0 else { return nil }
      if !allowingInfinity || floats[start + found].isNaN { return start + found }
      start += found + 1
    }
    return nil
  }
}
