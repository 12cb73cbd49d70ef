import CKernels
import Tensors

extension Elementwise: BandedOperator {
  func banding(_ inputs: Inputs<Fact>, _ output: Fact) -> Banding? {
    guard output.shape.rank == 4 else { return nil }
    return Banding(pictures: [
      Banding.Picture(position: 0, rows: .same, columns: .same, mayBeScattered: true)
    ])
  }

  func bandStep(_ io: BandBindings) -> BandStep {
    let source = io.picture(0)
    let target = io.targets(like: source)
    let (kernels, activation) = (io.kernels, activation)
    let function = mw_unary(rawValue: activation.function.rawValue)
    return BandStep { band in
      withUnsafePointer(to: band) { band in
        for place in 0..<source.count {
          kernels.map_f32(
            function, activation.alpha, activation.beta, source.address + place,
            target.address + place, band)
        }
      }
    }
  }
}

extension Arithmetic: BandedOperator {
  func banding(_ inputs: Inputs<Fact>, _ output: Fact) -> Banding? {
    guard output.type == .float32, output.shape.rank == 4, inputs.count == 2,
      (0..<2).allSatisfy({ inputs[$0]?.shape == output.shape && inputs[$0]?.constant == nil })
    else { return nil }
    return Banding(
      pictures: (0..<2).map { Banding.Picture(position: $0, rows: .same, columns: .same) })
  }

  func bandStep(_ io: BandBindings) -> BandStep {
    let (a, b, y, kernels) = (io.picture(0), io.picture(1), io.target, io.kernels)
    let number = mw_binary(rawValue: function.rawValue)
    return BandStep { band in
      withUnsafePointer(to: band) {
        kernels.combine_f32(number, a.address, b.address, y.address, $0)
      }
    }
  }
}

extension Softmax: BandedOperator {
  func banding(_ inputs: Inputs<Fact>, _ output: Fact) -> Banding? {
    let shape = output.shape
    guard shape.rank == 4, !flattens, (axis + 4) % 4 == 1 else { return nil }
    return Banding(pictures: [Banding.Picture(position: 0, rows: .same, columns: .same)])
  }

  func bandStep(_ io: BandBindings) -> BandStep {
    let (source, target, kernels) = (io.picture(0), io.target, io.kernels)
    let logarithm: Int32 = isLogarithm ? 1 : 0
    return BandStep { band in
      withUnsafePointer(to: band) {
        kernels.softmax_band_f32(source.address, target.address, $0, logarithm)
      }
    }
  }
}
