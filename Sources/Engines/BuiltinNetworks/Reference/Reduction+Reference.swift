import Foundation
import Tensors

extension Reduction {
  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    let x = try inputs.required(0)
    let shape = try outputs(of: inputs.facts)[0].shape
    let reduced = try reducedAxes(inputs.facts)
    let kept = Shape(
      x.shape.extents.indices.map { reduced.contains($0) ? 1 : x.shape[$0] })
    var values = [[Double]](repeating: [], count: kept.count)
    for (place, index) in Indices(x.shape).enumerated() {
      values[kept.offset(broadcasting: index)].append(Double(x.floats[place]))
    }
    let results = values.map { group in
      switch kind {
      case .sum: group.reduce(0, +)
      case .mean: group.reduce(0, +) / Double(group.count)
      case .largest: group.max() ?? -.infinity
      case .smallest: group.min() ?? .infinity
      }
    }
    return [Tensor(results.map { Float($0) }, shape)]
  }
}

extension ArgMax {
  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    let x = try inputs.required(0)
    let shape = try outputs(of: inputs.facts)[0].shape
    let (outer, length, inner) = split(x.shape)
    let values = Indices([outer, inner]).map { index -> Int64 in
      var best = 0
      for j in 1..<max(length, 1) {
        let value = x.floats[(index[0] * length + j) * inner + index[1]]
        let leader = x.floats[(index[0] * length + best) * inner + index[1]]
        if value > leader || (takesLast && value == leader) { best = j }
      }
      return Int64(best)
    }
    return [Tensor(values, shape)]
  }
}

extension Softmax {
  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    let x = try inputs.required(0)
    _ = try outputs(of: inputs.facts)
    let (outer, length, inner) = split(x.shape)
    var y = [Float](repeating: 0, count: x.shape.count)
    for index in Indices([outer, inner]) {
      let places = (0..<length).map { (index[0] * length + $0) * inner + index[1] }
      let values = places.map { Double(x.floats[$0]) }
      let highest = values.max() ?? 0
      let sum = values.reduce(0) { $0 + exp($1 - highest) }
      for (place, value) in zip(places, values) {
        y[place] = Float(isLogarithm ? value - highest - log(sum) : exp(value - highest) / sum)
      }
    }
    return [Tensor(y, x.shape)]
  }
}
