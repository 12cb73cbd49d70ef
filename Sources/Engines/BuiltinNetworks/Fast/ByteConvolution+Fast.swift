import CKernels
import Tensors

/// The most bytes of the sources that a band of rows reads.
///
/// They stay near while all filters pass over them; the size changes speed only.
private let bandBytes = 1280 << 10

extension Binding {
  /// The value's bytes.
  var octets: UnsafeMutablePointer<UInt8> { address.assumingMemoryBound(to: UInt8.self) }
}

extension ByteConvolution {
  func scratchBytes(_ inputs: Inputs<Fact>, _ outputs: [Fact]) -> Int {
    guard let x = inputs[0]?.shape else { return 0 }
    return 64 + Quads(x).pitch + Int(MW_BYTE_SLACK)
  }

  /// What the kernels read, but for the places of a picture and of arrays.
  private func kernel(_ x: Shape, _ y: Shape, _ scratch: UnsafeMutableRawPointer)
    -> mw_byte_convolution
  {
    let window = proved { try self.window(x) }
    var kernel = mw_byte_convolution()
    kernel.window = window.kernel
    kernel.filters = Int64(weights.shape[0])
    kernel.sources = Int64(channels.count)
    kernel.padding = UnsafePointer(scratch.assumingMemoryBound(to: UInt8.self) + 64)
    kernel.residual_plane = Int64(Quads(y).plane)
    kernel.residual_scale = residual?.scale ?? 0
    kernel.residual_zero = Int32(residual?.grid.zero ?? 0)
    (kernel.lowest, kernel.highest) = (limits.lowerBound, limits.upperBound)
    kernel.zero = Int32(result?.zero ?? 0)
    return kernel
  }

  func step(_ io: Bindings, _ table: mw_byte_kernels) -> Step {
    let (x, y) = (Quads(io.input(0).shape), io.outputs[0])
    var kernel = kernel(io.input(0).shape, y.shape, io.scratch)
    let perFilter = [packed.padded(scale), packed.padded(bias)].map { Tensor($0, Shape($0.count)) }
    kernel.weights = packed.values.values(as: Int8.self).baseAddress
    kernel.start = packed.start.values(as: Int32.self).baseAddress
    (kernel.scale, kernel.bias) = (perFilter[0].floats.baseAddress, perFilter[1].floats.baseAddress)
    let quads = channels.map { ($0 + 3) / 4 }
    let planes = channels.indices.map { UnsafePointer(io.input($0).octets) }
    var sources = zip(planes, quads).map { mw_byte_source(planes: $0, quads: Int64($1)) }
    let other = residual.map { _ in UnsafePointer(io.input(channels.count).octets) }
    let (target, scratch, zero) = (Quads(y.shape), io.scratch, UInt8(grid.zero))
    let rows = max(bandBytes / (quads.reduce(0, +) * x.pitch), 8)
    let givesBytes = result != nil
    let alive = (packed, perFilter)
    return Step {
      withExtendedLifetime(alive) {
        scratch.initializeMemory(
          as: UInt8.self, repeating: zero, count: 64 + x.pitch + Int(MW_BYTE_SLACK))
        for picture in 0..<x.pictures {
          for source in sources.indices {
            sources[source].planes = planes[source] + picture * quads[source] * x.plane
          }
          kernel.residual = other.map { $0 + picture * target.picture }
          for first in stride(from: 0, to: target.height, by: rows) {
            let (from, to) = (Int64(first), Int64(min(first + rows, target.height)))
            if givesBytes {
              table.convolve(&kernel, sources, from, to, y.octets + picture * target.picture)
            } else {
              let size = target.channels * target.height * target.width
              table.convolve_real(&kernel, sources, from, to, y.floats + picture * size)
            }
          }
        }
      }
    }
  }
}
