import Tensors

/// A convolution of bytes by signed bytes, with what follows it until the next bytes or floats.
///
/// Sums are exact integers. A result is `sum · scale + bias + residual`, in float, held within
/// limits; as bytes all of it is meant in steps of the result's grid, and rounded half to even.
///
/// Inputs: the sources `[N, C, H, W]`, whose channels follow one another as if they were
/// concatenated; then the residual, where there is one.
struct ByteConvolution: ByteOperator {
  /// What is added to the sums: bytes of the result's shape.
  struct Residual: Sendable {
    var grid: ByteGrid
    /// Steps of the result, or reals, per step of the residual.
    var scale: Float
  }

  var sliding: Sliding
  /// The grid of all sources.
  var grid: ByteGrid
  /// The channels of each source.
  var channels: [Int]
  /// `[K, C, kh, kw]`, int8.
  var weights: Tensor
  /// Per filter.
  var scale: [Float]
  /// Per filter.
  var bias: [Float]
  var residual: Residual?
  /// The grid of the result; nil where it is floats.
  var result: ByteGrid?
  /// The limits of the result, in its steps or as reals.
  var limits: ClosedRange<Float>
  /// What the fast way makes of the weights, once for all shapes.
  var packed: PackedSignedWeights

  init(
    sliding: Sliding, grid: ByteGrid, channels: [Int], weights: Tensor, scale: [Float],
    bias: [Float], residual: Residual?, result: ByteGrid?, limits: ClosedRange<Float>
  ) {
    self.sliding = sliding
    (self.grid, self.channels, self.weights) = (grid, channels, weights)
    (self.scale, self.bias, self.residual) = (scale, bias, residual)
    (self.result, self.limits) = (result, limits)
    packed = PackedSignedWeights(weights, channels: channels, zero: grid.zero)
  }

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    let x = try inputs.picture(0)
    for (position, count) in channels.enumerated() {
      let source = try inputs.picture(position)
      guard source[1] == count, source[0] == x[0], source[2] == x[2], source[3] == x[3] else {
        throw .contradiction("bytes of shape \(source) beside \(x), \(count) channels wanted")
      }
    }
    let extents = [x[0], weights.shape[0]] + (try window(x)).outputExtents(axes: 2)
    if residual != nil {
      let other = try inputs.picture(channels.count)
      guard other.extents == extents else {
        throw .unsupported("the sum of bytes \(Shape(extents)) and \(other)")
      }
    }
    guard result == nil else { return [try .quads(extents)] }
    return [Fact(.float32, try Shape(checking: extents, of: .float32))]
  }

  /// The window over a source.
  func window(_ x: Shape) throws(GraphFault) -> Window {
    try sliding.window(kernel: Array(weights.shape.extents[2...]), over: Array(x.extents[2...]))
  }

  func operationCount(_ inputs: Inputs<Fact>, _ outputs: [Fact]) -> Int {
    2 * outputs[0].shape.count * weights.shape.count(1..<weights.shape.rank)
  }

  func reach(_ inputs: [Reach], _ instruction: Shaped.Instruction) -> Reach {
    let sources = Reach.union(
      inputs.prefix(channels.count).map { (reach: $0, rank: 4) }, rank: 4,
      extents: instruction.inputs[0]?.shape ?? Shape())
    guard case .along(let axis, _) = sources, axis >= 2, let x = instruction.inputs[0]?.shape,
      let window = try? window(x)
    else { return .everything }
    let seen = (axis == 2 ? window.y : window.x).reach(sources, axis)
    return Reach.union(
      [(seen, 4)] + inputs.dropFirst(channels.count).map { ($0, 4) }, rank: 4,
      extents: instruction.outputs[0].shape)
  }
}

extension ByteConvolution {
  /// Whether kernels reach no further beside the rows than their margins, and no sum of products
  /// overflows 32 bits.
  static func suits(_ sliding: Sliding, _ weights: Shape) -> Bool {
    guard weights.rank == 4, weights[0] > 0, weights[1] > 0 else { return false }
    let dilation = sliding.dilations?.last ?? 1
    let pads = sliding.pads ?? []
    let products = weights.count(1..<4)
    return (weights[3] - 1) * dilation <= 16 && pads.allSatisfy { $0 <= 16 }
      && (1...2).contains(sliding.strides?.last ?? 1) && products * 2 * 255 * 128 < 1 << 31
  }
}
