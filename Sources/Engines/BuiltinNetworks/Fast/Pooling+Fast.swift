import CKernels
import Tensors

extension Pooling: BandedOperator {
  func banding(_ inputs: Inputs<Fact>, _ output: Fact) -> Banding? {
    guard sliding != nil, let x = inputs[0]?.shape else { return nil }
    let window = proved { try self.window(x) }
    return Banding(
      pictures: [
        Banding.Picture(
          position: 0, rows: .window(window.y), columns: .window(window.x), mayBeScattered: true)
      ], scratchBytes: { window.slidingScratch(columns: $0) })
  }

  func bandStep(_ io: BandBindings) -> BandStep {
    guard let x = io.facts[0]?.shape else { preconditionFailure("the shape rule requires it") }
    let window = proved { try self.window(x) }
    let (kernels, scratch) = (io.kernels, io.scratch.assumingMemoryBound(to: Float.self))
    let source = io.picture(0)
    let target = io.targets(like: source)
    let form = window.kernel
    guard case .average(let includesPads) = kind else {
      return BandStep { band in
        withUnsafePointer(to: form) { form in
          withUnsafePointer(to: band) { band in
            for place in 0..<source.count {
              kernels.pool_max_f32(
                form, source.address + place, target.address + place, band, scratch)
            }
          }
        }
      }
    }
    func taps(_ axis: Window.Axis) -> [Float] {
      (0..<axis.output).map { Float(axis.taps(at: $0, includingPads: includesPads)) }
    }
    let (rows, columns) = (taps(window.y), taps(window.x))
    return BandStep { band in
      withUnsafePointer(to: form) { form in
        withUnsafePointer(to: band) { band in
          for place in 0..<source.count {
            kernels.pool_average_f32(
              form, source.address + place, target.address + place, band, rows, columns, scratch)
          }
        }
      }
    }
  }

  /// The mean of whole planes.
  func step(_ io: Bindings) -> Step {
    guard sliding == nil else { return wholeStep(io) }
    let (x, y, kernels) = (io.input(0), io.outputs[0], io.kernels)
    let planes = Int64(x.shape[0] * x.shape[1])
    let length = x.shape.count(2..<x.shape.rank)
    return Step {
      kernels.reduce_f32(x.floats, y.floats, planes, Int64(length), 1, 1 / Double(length))
    }
  }
}
