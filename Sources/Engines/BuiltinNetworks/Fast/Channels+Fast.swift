import CKernels
import Tensors

extension Tensor {
  /// Rows of a matrix `[rows, depth]` packed as products take their left factor.
  func packed(_ view: View) -> Tensor {
    let (rows, depth) = (view.extents[0], view.extents[1])
    let matrix = floats.baseAddress.map { $0 + view.offset }
    return Tensor(nil, Shape((rows + 7) / 8, depth, 8)) {
      (target: UnsafeMutableBufferPointer<Float>) in
      let rowsOfView = mw_matrix(
        at: matrix, row: Int64(view.strides[0]), column: Int64(view.strides[1]))
      withUnsafePointer(to: rowsOfView) {
        mw_pack_rows($0, Int64(rows), Int64(depth), 1, target.baseAddress)
      }
    }
  }
}

extension View {
  /// Where the matrices of the last two axes start.
  var starts: [Int] {
    View(offset: offset, Array(extents.dropLast(2)), Array(strides.dropLast(2))).offsets
  }

  /// The matrix of the last two axes from an address on.
  func matrix(_ address: UnsafePointer<Float>) -> mw_matrix {
    mw_matrix(
      at: address, row: Int64(strides[rank - 2]), column: Int64(strides[rank - 1]))
  }
}

extension ChannelProduct {
  func scratchBytes(_ inputs: Inputs<Fact>, _ outputs: [Fact]) -> Int {
    4 * Int(mw_product_floats(Int64(channels), Int64(positions)))
  }

  func step(_ io: Bindings) -> Step {
    let (x, y, kernels) = (io.input(0), io.outputs[0], io.kernels)
    let left = packed ?? weights.packed(weightView)
    let scratch = io.scratch.assumingMemoryBound(to: Float.self)
    let plane = filters * positions
    let products = source.starts.enumerated().map { number, start in
      mw_product(
        rows: Int64(filters), depth: Int64(channels), columns: Int64(positions),
        left: left.floats.baseAddress, right: source.matrix(x.floats + start),
        gamma: epsilon == nil ? nil : io[Self.gamma]?.floats, beta: io[Self.beta]?.floats,
        epsilon: epsilon ?? 0, bias: io[Self.bias]?.floats,
        residual: io[Self.residual].map { UnsafePointer($0.floats + number * plane) },
        f: mw_unary(rawValue: activation.function.rawValue), alpha_f: activation.alpha,
        beta_f: activation.beta, y: y.floats + number * plane, stride: Int64(positions))
    }
    return Step {
      withExtendedLifetime(left) {
        for product in products {
          withUnsafePointer(to: product) { kernels.product_f32($0, scratch) }
        }
      }
    }
  }
}

extension ChannelNormalization {
  private var channels: Int { source.extents[source.rank - 2] }

  func scratchBytes(_ inputs: Inputs<Fact>, _ outputs: [Fact]) -> Int { channels * 48 * 4 }

  func step(_ io: Bindings) -> Step {
    let (x, y, kernels) = (io.input(0), io.outputs[0], io.kernels)
    let (gamma, beta) = (io.input(1).floats, io[2]?.floats)
    let scratch = io.scratch.assumingMemoryBound(to: Float.self)
    let (channels, positions) = (channels, source.extents[source.rank - 1])
    let matrices = source.starts.map { source.matrix(x.floats + $0) }
    let epsilon = epsilon
    return Step {
      for (number, matrix) in matrices.enumerated() {
        withUnsafePointer(to: matrix) {
          kernels.normalize_columns_f32(
            $0, Int64(channels), Int64(positions), gamma, beta, epsilon,
            y.floats + number * channels * positions, scratch)
        }
      }
    }
  }
}
