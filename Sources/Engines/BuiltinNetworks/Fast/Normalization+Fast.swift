import CKernels
import Tensors

extension Normalization {
  func step(_ io: Bindings) -> Step {
    let (x, y, kernels) = (io.input(0), io.outputs[0], io.kernels)
    let epsilon = epsilon
    switch kind {
    case .batch:
      let (scale, shift) = proved { try affine(io.constants) }
      let (pictures, channels) = (x.shape[0], x.shape[1])
      let plane = x.shape.count(2..<x.shape.rank)
      return Step {
        for picture in 0..<pictures {
          let start = picture * channels * plane
          kernels.affine_f32(
            x.floats + start, scale, shift, y.floats + start, Int64(channels), Int64(plane))
        }
      }
    case .instance:
      let rows = x.shape[0] * x.shape[1]
      return Step {
        kernels.normalize_f32(
          x.floats, io.input(1).floats, io[2]?.floats, y.floats, Int64(rows),
          Int64(x.shape.count / max(rows, 1)), epsilon, 1, Int64(x.shape[1]))
      }
    case .layer:
      let length = io.input(1).shape.count
      return Step {
        kernels.normalize_f32(
          x.floats, io.input(1).floats, io[2]?.floats, y.floats,
          Int64(x.shape.count / max(length, 1)), Int64(length), epsilon, 0, 1)
      }
    }
  }
}
