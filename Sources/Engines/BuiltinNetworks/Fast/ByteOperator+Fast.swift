import CKernels
import Tensors

extension Packing {
  func step(_ io: Bindings, _ table: mw_byte_kernels) -> Step {
    let (x, y) = (io.input(0), io.outputs[0])
    let quads = Quads(y.shape)
    let (height, width) = (Int64(quads.height), Int64(quads.width))
    let (size, grid) = (quads.channels * quads.height * quads.width, grid)
    return Step {
      for picture in 0..<quads.pictures {
        table.quantize(
          height, width, Int64(quads.channels), x.floats + picture * size, grid.kernel,
          grid.steps.lowerBound, grid.steps.upperBound, y.octets + picture * quads.picture)
      }
    }
  }
}

extension Unpacking {
  func step(_ io: Bindings, _ table: mw_byte_kernels) -> Step {
    let (x, y) = (io.input(0), io.outputs[0])
    let quads = Quads(x.shape)
    let (height, width) = (Int64(quads.height), Int64(quads.width))
    let (size, grid) = (quads.channels * quads.height * quads.width, grid)
    return Step {
      for picture in 0..<quads.pictures {
        table.dequantize(
          height, width, Int64(quads.channels), x.octets + picture * quads.picture, grid.kernel,
          y.floats + picture * size)
      }
    }
  }
}

extension ByteSum {
  func step(_ io: Bindings, _ table: mw_byte_kernels) -> Step {
    let (a, y) = (io.input(0), io.outputs[0])
    let b = grids.count > 1 ? io.input(1).octets : nil
    let quads = Quads(y.shape)
    let (height, width) = (Int64(quads.height), Int64(quads.width))
    // Pictures follow one another as their planes do.
    let planes = Int64(quads.pictures * quads.count)
    let (first, second, to) = (grids[0].kernel, (grids.last ?? grids[0]).kernel, result.kernel)
    let limits = limits
    return Step {
      table.sum(
        height, width, planes, a.octets, first, b, second, to, limits.lowerBound,
        limits.upperBound, y.octets)
    }
  }
}

extension BytePooling {
  func step(_ io: Bindings, _ table: mw_byte_kernels) -> Step {
    let (x, y) = (io.input(0), io.outputs[0])
    let window = proved { try pooling.window(x.shape) }.kernel
    let planes = Int64(Quads(x.shape).pictures * Quads(x.shape).count)
    let zero = Int32(grid.zero)
    return Step {
      withUnsafePointer(to: window) { table.pool_max($0, x.octets, planes, zero, y.octets) }
    }
  }
}

extension ByteResize {
  func step(_ io: Bindings, _ table: mw_byte_kernels) -> Step {
    let (x, y) = (io.input(0), io.outputs[0])
    let (from, to) = (Quads(x.shape), Quads(y.shape))
    let planes = Int64(from.pictures * from.count)
    let (height, width) = (Int64(from.height), Int64(from.width))
    let (grid, result) = (grid.kernel, result.kernel)
    guard resize.mode == .nearest else {
      return Step { table.double_linear(height, width, x.octets, planes, grid, result, y.octets) }
    }
    let axes = proved { try resize.axisScales(of: io.facts) }
    func entries(_ axis: Int) -> [Int32] {
      let length = x.shape[axis]
      guard let scale = axes.first(where: { $0.axis == axis }) else {
        return (0..<length).map(Int32.init)
      }
      return (0..<scale.length).map {
        Int32(resize.nearest(resize.place($0, scale, length: length), length: length))
      }
    }
    let (rows, columns) = (entries(2), entries(3))
    return Step {
      table.pick(
        height, width, rows, columns, Int64(to.height), Int64(to.width), x.octets, planes,
        grid.zero, y.octets)
    }
  }
}
