import Tensors

/// The largest value or the mean under a window, or over a whole plane.
struct Pooling: Operator {
  enum Kind: Sendable {
    case max
    case average(includingPads: Bool)
    case globalAverage
  }

  var kind: Kind
  var sliding: Sliding?

  static let claims = [
    Claim(
      "MaxPool", attributes: Sliding.attributes + ["ceil_mode", "storage_order"],
      limits: "indices as an output, three spatial axes"
    ) { reader throws(GraphFault) in
      Pooling(kind: .max, sliding: try Sliding(reader))
    },
    Claim(
      "AveragePool", attributes: Sliding.attributes + ["ceil_mode", "count_include_pad"],
      limits: "three spatial axes"
    ) { reader throws(GraphFault) in
      let includes = try reader.integer("count_include_pad", default: 0) != 0
      return Pooling(kind: .average(includingPads: includes), sliding: try Sliding(reader))
    },
    Claim("GlobalAveragePool") { _ in Pooling(kind: .globalAverage, sliding: nil) },
  ]

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    let x = try inputs.required(0).shape
    guard x.rank >= 3 else { throw .contradiction("no planes in \(x)") }
    guard sliding != nil else {
      return [
        Fact(.float32, Shape(Array(x.extents[..<2]) + [Int](repeating: 1, count: x.rank - 2)))
      ]
    }
    let extents = try window(x).outputExtents(axes: x.rank - 2)
    return [
      Fact(.float32, try Shape(checking: Array(x.extents[..<2]) + extents, of: .float32))
    ]
  }

  /// The window over an input.
  func window(_ x: Shape) throws(GraphFault) -> Window {
    guard let sliding, let kernel = sliding.kernel else {
      throw .contradiction("no kernel_shape")
    }
    return try sliding.window(kernel: kernel, over: Array(x.extents[2...]))
  }
}
