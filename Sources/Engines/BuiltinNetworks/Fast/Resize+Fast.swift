import CKernels
import Tensors

// Rows and columns of pictures are resized band by band: see Resize+Banded. Here is any other case.
//
// Linear: axis by axis, the outermost first, each axis a blend of two entries per output entry.
// The axes before the first resized one are taken one entry at a time, so that what lies between
// two axes stays small. Nearest: one table of entries per axis.

extension Resize {
  /// One pass of the linear resize: [outer, length, inner] to [outer, target, inner].
  private struct Pass {
    var outer: Int, length: Int, inner: Int, target: Int
    var first: [Int32], second: [Int32]
    var firstWeight: [Float], secondWeight: [Float]
  }

  private func passes(_ inputs: Inputs<Fact>) -> (blocks: Int, passes: [Pass]) {
    let axes = proved { try axisScales(of: inputs) }
    guard var shape = inputs[0]?.shape, let start = axes.first?.axis else { return (1, []) }
    let blocks = shape.count(0..<start)
    var passes: [Pass] = []
    for axis in axes {
      let length = shape[axis.axis]
      var pass = Pass(
        outer: shape.count(start..<axis.axis), length: length,
        inner: shape.count((axis.axis + 1)..<shape.rank), target: axis.length, first: [],
        second: [], firstWeight: [], secondWeight: [])
      for position in 0..<axis.length {
        let place = min(max(place(position, axis, length: length), 0), Double(length - 1))
        let low = Int(place)
        pass.first.append(Int32(low))
        pass.second.append(Int32(min(low + 1, length - 1)))
        pass.firstWeight.append(Float(1 - (place - Double(low))))
        pass.secondWeight.append(Float(place - Double(low)))
      }
      passes.append(pass)
      shape[axis.axis] = axis.length
    }
    return (blocks, passes)
  }

  func scratchBytes(_ inputs: Inputs<Fact>, _ outputs: [Fact]) -> Int {
    if let banding = banding(inputs, outputs[0]) {
      return banding.scratchBytes(outputs[0].shape.columns)
    }
    guard mode == .linear else { return 0 }
    // Two buffers, taken in turns; the last pass writes to the output.
    return passes(inputs).passes.dropLast().map { $0.outer * $0.target * $0.inner * 4 }
      .reduce(0, +)
  }

  func step(_ io: Bindings) -> Step {
    if banding(io.facts, io.outputs[0].fact) != nil { return wholeStep(io) }
    let (x, y, kernels) = (io.input(0), io.outputs[0], io.kernels)
    let axes = proved { try axisScales(of: io.facts) }
    guard !axes.isEmpty, y.shape.count > 0 else {
      return Step { y.address.copyMemory(from: x.address, byteCount: y.fact.bytes) }
    }
    guard mode == .linear else {
      var tables = x.shape.extents.map { (0..<$0).map { Int32($0) } }
      for axis in axes {
        let length = x.shape[axis.axis]
        tables[axis.axis] = (0..<axis.length).map {
          Int32(nearest(place($0, axis, length: length), length: length))
        }
      }
      return TableCopy(tables, from: x, to: y, filler: nil).step
    }
    let (blocks, passes) = passes(io.facts)
    let (sizeX, sizeY) = (x.shape.count / blocks, y.shape.count / blocks)
    let scratch = io.scratch.assumingMemoryBound(to: Float.self)
    return Step {
      for block in 0..<blocks {
        var source = UnsafePointer(x.floats + block * sizeX)
        var free = scratch
        for (number, pass) in passes.enumerated() {
          let target = number == passes.count - 1 ? y.floats + block * sizeY : free
          kernels.blend_f32(
            source, Int64(pass.outer), Int64(pass.length), Int64(pass.inner), pass.first,
            pass.second, pass.firstWeight, pass.secondWeight, Int64(pass.target), target)
          source = UnsafePointer(target)
          free += pass.outer * pass.target * pass.inner
        }
      }
    }
  }
}
