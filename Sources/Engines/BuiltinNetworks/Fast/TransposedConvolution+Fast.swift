import CKernels
import COpenBLAS
import Tensors

// Per picture, group and band of input positions:
//
//     columns [K·kh·kw, positions]  =  wᵀ [K·kh·kw, C]  ×  x [C, positions]
//
// and every column is added to the output where it belongs.
//
// The only place where OpenBLAS computes: its bits depend on the processor's family, which is then part
// of the network's profile.

/// The most columns that are laid out at once, in bytes; at least one position is.
private let columnBytes = 4 << 20

extension Window {
  /// Cuts the output into bands of whole rows, or of parts of a row, of at most `most` positions.
  fileprivate func bands(most: Int) -> [mw_band] {
    let width = x.output
    if width <= most {
      let rows = max(most / max(width, 1), 1)
      return stride(from: 0, to: y.output, by: rows).map {
        mw_band(y0: Int64($0), y1: Int64(min($0 + rows, y.output)), x0: 0, x1: Int64(width))
      }
    }
    return (0..<y.output).flatMap { row in
      stride(from: 0, to: width, by: most).map {
        mw_band(
          y0: Int64(row), y1: Int64(row + 1), x0: Int64($0), x1: Int64(min($0 + most, width)))
      }
    }
  }
}

extension mw_band {
  /// The number of positions.
  fileprivate var count: Int { Int((y1 - y0) * (x1 - x0)) }
}

extension TransposedConvolution {
  private func layout(_ x: Shape, _ w: Shape) -> (window: Window, taps: Int, bands: [mw_band]) {
    let window = proved { try self.window(x, w) }
    let taps = w.count(1..<w.rank)
    return (window, taps, window.bands(most: max(columnBytes / 4 / max(taps, 1), 64)))
  }

  func scratchBytes(_ inputs: Inputs<Fact>, _ outputs: [Fact]) -> Int {
    guard let x = inputs[0]?.shape, let w = inputs[1]?.shape else { return 0 }
    let layout = layout(x, w)
    return layout.taps * (layout.bands.map(\.count).max() ?? 0) * 4
  }

  func step(_ io: Bindings) -> Step {
    let (x, w, y) = (io.input(0), io.input(1), io.outputs[0])
    let (window, taps, bands) = layout(x.shape, w.shape)
    let (pictures, groups) = (x.shape[0], groups)
    let (channels, filters) = (x.shape[1] / groups, w.shape[1])
    let smallPlane = window.y.output * window.x.output
    let largePlane = window.y.input * window.x.input
    let bias = io[2]?.floats
    let columns = io.scratch.assumingMemoryBound(to: Float.self)
    let (kernels, activation, kernelWindow) = (io.kernels, activation, window.kernel)
    return Step {
      for block in 0..<pictures * groups {
        let group = block % groups
        let source = x.floats + block * channels * smallPlane
        let weights = w.floats + group * channels * taps
        let target = y.floats + block * filters * largePlane
        target.update(repeating: 0, count: filters * largePlane)
        for band in bands {
          let first = Int(band.y0) * window.x.output + Int(band.x0)
          cblas_sgemm(
            CblasRowMajor, CblasTrans, CblasNoTrans, blasint(taps), blasint(band.count),
            blasint(channels), 1, weights, blasint(taps), source + first, blasint(smallPlane), 0,
            columns, blasint(band.count))
          withUnsafePointer(to: kernelWindow) { window in
            withUnsafePointer(to: band) { band in
              kernels.scatter_f32(window, band, columns, Int64(filters), target)
            }
          }
        }
        kernels.finish_f32(
          mw_unary(rawValue: activation.function.rawValue), target,
          bias.map { UnsafePointer($0 + group * filters) }, nil, Int64(filters),
          Int64(largePlane), Int64(largePlane), activation.alpha, activation.beta)
      }
    }
  }
}
