import CKernels
import COpenBLAS
import Tensors

// A convolution is a product of matrices, one per picture, group and band of output positions:
//
//     y [K, positions]  =  w [K, C·kh·kw]  ×  columns [C·kh·kw, positions]
//
// Bands bound the columns to about `columnBytes`, whatever the chip's size; bands depend on the
// shape alone, so that sums are the same on every machine. A kernel of 1 × 1 needs no columns, and
// a group of one channel no product. A kernel of 3 × 3 goes another way: see Winograd.

/// The most columns that are laid out at once, in bytes; at least one position is.
private let columnBytes = 4 << 20

extension Window {
  /// The window as the kernels read it.
  var kernel: mw_window {
    mw_window(
      height: Int64(y.input), width: Int64(x.input), out_height: Int64(y.output),
      out_width: Int64(x.output), kernel_height: Int64(y.kernel), kernel_width: Int64(x.kernel),
      stride_y: Int64(y.stride), stride_x: Int64(x.stride), dilation_y: Int64(y.dilation),
      dilation_x: Int64(x.dilation), pad_top: Int64(y.before), pad_left: Int64(x.before))
  }

  /// Whether every output pixel sees exactly the input pixel at its own place.
  var isPointwise: Bool {
    y.kernel == 1 && x.kernel == 1 && y.stride == 1 && x.stride == 1 && y.input == y.output
      && x.input == x.output && y.before == 0 && x.before == 0
  }

  /// Cuts the output into bands of whole rows, or of parts of a row, of at most `most` positions.
  func bands(most: Int) -> [mw_band] {
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
  var count: Int { Int((y1 - y0) * (x1 - x0)) }
}

extension Convolution {
  /// How the product is laid out: fixed by shapes.
  struct Layout {
    var window: Window
    var taps: Int
    var bands: [mw_band]
    var isDepthwise: Bool

    init(_ window: Window, channelsPerGroup: Int) {
      self.window = window
      taps = channelsPerGroup * window.y.kernel * window.x.kernel
      isDepthwise = channelsPerGroup == 1
      let most = max(columnBytes / 4 / max(taps, 1), 64)
      bands = window.bands(most: most)
    }
  }

  private func layout(_ x: Shape, _ w: Shape) -> Layout {
    Layout(proved { try self.window(x, w) }, channelsPerGroup: w[1])
  }

  func scratchBytes(_ inputs: Inputs<Fact>, _ outputs: [Fact]) -> Int {
    if let winograd = winograd(inputs) { return winograd.scratchBytes }
    guard let x = inputs[0]?.shape, let w = inputs[1]?.shape else { return 0 }
    let layout = layout(x, w)
    guard !layout.isDepthwise, !layout.window.isPointwise else { return 0 }
    return layout.taps * (layout.bands.map(\.count).max() ?? 0) * 4
  }

  func step(_ io: Bindings) -> Step {
    if let winograd = winograd(io.facts), io.input(0).shape.count > 0 { return step(winograd, io) }
    let (x, w, y) = (io.input(0), io.input(1), io.outputs[0])
    let layout = layout(x.shape, w.shape)
    let window = layout.window.kernel
    let (pictures, groups) = (x.shape[0], groups)
    let (channels, filters) = (w.shape[1], w.shape[0] / groups)
    let inputPlane = layout.window.y.input * layout.window.x.input
    let outputPlane = layout.window.y.output * layout.window.x.output
    let bias = io[2]?.floats
    let residual = io[3]?.floats
    let columns = io.scratch.assumingMemoryBound(to: Float.self)
    let (kernels, activation) = (io.kernels, activation)
    let function = mw_unary(rawValue: activation.function.rawValue)
    return Step {
      for block in 0..<pictures * groups {
        let group = block % groups
        let source = x.floats + block * channels * inputPlane
        let weights = w.floats + group * filters * layout.taps
        let target = y.floats + block * filters * outputPlane
        let shift = bias.map { UnsafePointer($0 + group * filters) }
        let other = residual.map { UnsafePointer($0 + block * filters * outputPlane) }
        if layout.isDepthwise {
          withUnsafePointer(to: window) { window in
            for filter in 0..<filters {
              kernels.depthwise_f32(
                window, source, weights + filter * layout.taps, target + filter * outputPlane)
            }
          }
          kernels.finish_f32(
            function, target, shift, other, Int64(filters), Int64(outputPlane),
            Int64(outputPlane), activation.alpha, activation.beta)
          continue
        }
        for band in layout.bands {
          let first = Int(band.y0) * layout.window.x.output + Int(band.x0)
          var factors = UnsafePointer(source + first)
          var stride = inputPlane
          if !layout.window.isPointwise {
            withUnsafePointer(to: window) { window in
              withUnsafePointer(to: band) { band in
                kernels.columns_f32(window, band, source, Int64(channels), columns)
              }
            }
            factors = UnsafePointer(columns)
            stride = band.count
          }
          multiply(
            weights, rows: filters, inner: layout.taps, factors, stride, columns: band.count,
            into: target + first, outputPlane)
          kernels.finish_f32(
            function, target + first, shift, other.map { $0 + first }, Int64(filters),
            Int64(band.count), Int64(outputPlane), activation.alpha, activation.beta)
        }
      }
    }
  }
}

/// `c = a × b`, row-major, `b` and `c` with strides between rows.
func multiply(
  _ a: UnsafePointer<Float>, rows: Int, inner: Int, _ b: UnsafePointer<Float>, _ strideB: Int,
  columns: Int, into c: UnsafeMutablePointer<Float>, _ strideC: Int
) {
  cblas_sgemm(
    CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(rows), blasint(columns), blasint(inner), 1,
    a, blasint(inner), b, blasint(max(strideB, 1)), 0, c, blasint(max(strideC, 1)))
}
