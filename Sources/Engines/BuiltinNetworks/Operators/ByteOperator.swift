import CKernels
import Tensors

/// An operator on planes of bytes, put in place of several of ONNX's by ``Program/lowerToBytes()``.
protocol ByteOperator: Operator {
  /// What the output depends on, given what the inputs depend on.
  func reach(_ inputs: [Reach], _ instruction: Shaped.Instruction) -> Reach

  /// The fast way with the kernels of an instruction set.
  func step(_ io: Bindings, _ table: mw_byte_kernels) -> Step
}

extension ByteOperator {
  func step(_ io: Bindings) -> Step {
    step(io, mw_byte_kernels_beside(io.kernels.name).pointee)
  }
}

extension Fact {
  /// A value of bytes in planes of four channels.
  static func quads(_ extents: [Int]) throws(GraphFault) -> Fact {
    var fact = Fact(.uint8, try Shape(checking: extents, of: .uint8))
    fact.layout = .quads
    guard fact.bytes <= largestValueBytes else {
      throw .contradiction("a value of shape \(fact.shape) is beyond 1 GiB")
    }
    return fact
  }
}

extension Inputs<Fact> {
  /// The shape of an input of four axes.
  func picture(_ position: Int) throws(GraphFault) -> Shape {
    let shape = try required(position).shape
    guard shape.rank == 4 else { throw .contradiction("bytes of shape \(shape)") }
    return shape
  }
}

/// From dense floats to bytes.
struct Packing: ByteOperator {
  var grid: ByteGrid

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    [try .quads(try inputs.picture(0).extents)]
  }

  func reach(_ inputs: [Reach], _ instruction: Shaped.Instruction) -> Reach { inputs[0] }
}

/// From bytes to dense floats.
struct Unpacking: ByteOperator {
  var grid: ByteGrid

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    [Fact(.float32, try Shape(checking: try inputs.picture(0).extents, of: .float32))]
  }

  func reach(_ inputs: [Reach], _ instruction: Shaped.Instruction) -> Reach { inputs[0] }
}

/// The sum of one or two values of bytes on another grid, held within limits.
struct ByteSum: ByteOperator {
  var grids: [ByteGrid]
  var result: ByteGrid
  /// The limits of the result, in steps from its zero.
  var limits: ClosedRange<Float>

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    let shape = try inputs.picture(0)
    if grids.count > 1 {
      let other = try inputs.picture(1)
      guard other == shape else { throw .unsupported("the sum of bytes \(shape) and \(other)") }
    }
    return [try .quads(shape.extents)]
  }

  func reach(_ inputs: [Reach], _ instruction: Shaped.Instruction) -> Reach {
    Reach.union(
      inputs.map { (reach: $0, rank: 4) }, rank: 4, extents: instruction.outputs[0].shape)
  }
}

/// The largest bytes under a window: the same as of the reals they stand for.
struct BytePooling: ByteOperator {
  var pooling: Pooling
  var grid: ByteGrid

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    let x = try inputs.picture(0)
    return [try .quads([x[0], x[1]] + pooling.window(x).outputExtents(axes: 2))]
  }

  func reach(_ inputs: [Reach], _ instruction: Shaped.Instruction) -> Reach {
    guard case .along(let axis, _) = inputs[0], axis >= 2, let x = instruction.inputs[0]?.shape,
      let window = try? pooling.window(x)
    else { return .everything }
    return (axis == 2 ? window.y : window.x).reach(inputs[0], axis)
  }
}

/// Bytes with another number of pixels: the nearest, or twice as many by linear interpolation.
///
/// Inputs: x and, at the places that ``Resize`` gives them, scales and sizes.
struct ByteResize: ByteOperator {
  var resize: Resize
  var grid: ByteGrid
  /// The grid of the result; the source's for the nearest.
  var result: ByteGrid

  var parameters: [Int] { resize.parameters }

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    let x = try inputs.picture(0)
    let shape = try resize.outputs(of: inputs)[0].shape
    guard shape[0] == x[0], shape[1] == x[1] else {
      throw .unsupported("Resize of the channels of bytes")
    }
    return [try .quads(shape.extents)]
  }

  func reach(_ inputs: [Reach], _ instruction: Shaped.Instruction) -> Reach {
    guard case .along(let axis, _) = inputs[0] else { return .everything }
    return resize.reach(inputs[0], axis, instruction.inputs)
  }

  /// Whether a linear resize doubles both sides with centres half a pixel in, the one kind that runs
  /// in bytes.
  static func doubles(_ resize: Resize, scales: Tensor?) -> Bool {
    guard resize.mode == .linear, resize.axes == nil, let scales, scales.type == .float32 else {
      return false
    }
    return [.halfPixel, .pytorchHalfPixel].contains(resize.coordinates)
      && scales.copiedFloats == [1, 1, 2, 2]
  }
}
