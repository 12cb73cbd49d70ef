import Foundation
import Tensors

extension Normalization {
  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    let x = try inputs.required(0)
    _ = try outputs(of: inputs.facts)
    let (gamma, beta) = (try inputs.required(1).floats, inputs[2]?.floats)
    var y = [Float](repeating: 0, count: x.shape.count)
    switch kind {
    case .batch:
      let (mean, variance) = (try inputs.required(3).floats, try inputs.required(4).floats)
      let plane = x.shape.count(2..<x.shape.rank)
      for place in y.indices {
        let c = place / plane % x.shape[1]
        let spread = (Double(variance[c]) + Double(epsilon)).squareRoot()
        let scaled = (Double(x.floats[place]) - Double(mean[c])) / spread * Double(gamma[c])
        y[place] = Float(scaled + Double(beta?[c] ?? 0))
      }
    case .instance:
      let plane = x.shape.count(2..<x.shape.rank)
      standardize(x.floats, rows: plane, into: &y) { place in
        let c = place / plane % x.shape[1]
        return (gamma[c], beta?[c] ?? 0)
      }
    case .layer(let axis):
      let length = gamma.count
      _ = axis
      standardize(x.floats, rows: length, into: &y) { place in
        (gamma[place % length], beta?[place % length] ?? 0)
      }
    }
    return [Tensor(y, x.shape)]
  }

  private func standardize(
    _ x: UnsafeBufferPointer<Float>, rows length: Int, into y: inout [Float],
    parameters: (Int) -> (Float, Float)
  ) {
    for start in stride(from: 0, to: x.count, by: max(length, 1)) {
      let row = x[start..<start + length].map(Double.init)
      let mean = row.reduce(0, +) / Double(length)
      let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(length)
      for (index, value) in row.enumerated() {
        let (gamma, beta) = parameters(start + index)
        let scaled = (value - mean) / (variance + Double(epsilon)).squareRoot()
        y[start + index] = Float(scaled * Double(gamma) + Double(beta))
      }
    }
  }
}
