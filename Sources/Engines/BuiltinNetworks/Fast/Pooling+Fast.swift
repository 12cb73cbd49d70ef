import CKernels
import Tensors

extension Pooling {
  func step(_ io: Bindings) -> Step {
    let (x, y, kernels) = (io.input(0), io.outputs[0], io.kernels)
    let planes = Int64(x.shape[0] * x.shape[1])
    guard sliding != nil else {
      let length = x.shape.count(2..<x.shape.rank)
      return Step {
        kernels.reduce_f32(x.floats, y.floats, planes, Int64(length), 1, 1 / Double(length))
      }
    }
    let window = proved { try self.window(x.shape) }
    let kernelWindow = window.kernel
    guard case .average(let includesPads) = kind else {
      return Step {
        withUnsafePointer(to: kernelWindow) {
          kernels.pool_max_f32($0, x.floats, planes, y.floats)
        }
      }
    }
    func taps(_ axis: Window.Axis) -> [Float] {
      (0..<axis.output).map { Float(axis.taps(at: $0, includingPads: includesPads)) }
    }
    let (rows, columns) = (taps(window.y), taps(window.x))
    return Step {
      withUnsafePointer(to: kernelWindow) {
        kernels.pool_average_f32($0, x.floats, planes, rows, columns, y.floats)
      }
    }
  }
}
