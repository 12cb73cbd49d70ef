import CKernels
import Foundation
import Tensors
import Testing

@testable import BuiltinNetworks

/// The tables of kernels that this machine runs, portable first.
private var tables: [mw_kernels] {
  var pointers = [UnsafePointer<mw_kernels>?](repeating: nil, count: 3)
  let count = mw_all_kernels(&pointers)
  return pointers.prefix(Int(count)).compactMap { $0?.pointee }
}

@Suite("kernels: every instruction set gives the same bits")
struct KernelTests {
  /// Runs a kernel with every table and expects equal bits.
  private func expectEqualBits(
    _ count: Int, _ label: String, _ run: (mw_kernels, UnsafeMutablePointer<Float>) -> Void
  ) {
    var first: [UInt32]?
    for table in tables {
      var values = [Float](repeating: 0.25, count: count)
      values.withUnsafeMutableBufferPointer { run(table, $0.baseAddress!) }
      let bits = values.map(\.bitPattern)
      #expect(bits == first ?? bits, "\(label) with \(String(cString: table.name))")
      first = first ?? bits
    }
  }

  /// Values of all sizes, with the special ones.
  private static let values: [Float] = {
    var random = Randomness(5)
    let scales: [Float] = [1e-30, 1e-3, 1, 10, 100, 1e30]
    return scales.flatMap { scale in random.floats(200, -scale...scale) }
      + [0, -0.0, .infinity, -.infinity, 1, -1, .leastNonzeroMagnitude, 88.7, -103.9]
  }()

  @Test("functions of one value", arguments: Activation.Function.allCases)
  func unary(_ function: Activation.Function) {
    let x = Self.values
    expectEqualBits(x.count, "\(function)") { table, y in
      table.unary_f32(mw_unary(rawValue: function.rawValue), x, y, Int64(x.count), 0.3, 0.6)
    }
  }

  @Test("functions of two values", arguments: Arithmetic.Function.allCases)
  func binary(_ function: Arithmetic.Function) {
    let (a, b) = (Self.values, Array(Self.values.reversed()))
    let walk = Walk([a.count], a: [1], b: [1], y: [1]).kernel
    expectEqualBits(a.count, "\(function)") { table, y in
      withUnsafePointer(to: walk) {
        table.binary_f32(mw_binary(rawValue: function.rawValue), $0, a, b, y)
      }
    }
  }

  @Test("sums, softmax and normalisation of rows", arguments: [1, 7, 16, 33, 300])
  func rows(_ length: Int) {
    var random = Randomness(length)
    let x = random.floats(3 * length * 5)
    let (outer, n) = (Int64(3), Int64(length))
    for inner in [Int64(1), 5] {
      expectEqualBits(x.count, "reduce \(inner)") { table, y in
        table.reduce_f32(x, y, outer * 5 / inner, n, inner, 0.1)
      }
      expectEqualBits(x.count, "softmax \(inner)") { table, y in
        table.softmax_f32(x, y, outer * 5 / inner, n, inner, 0)
        table.softmax_f32(x, y, outer * 5 / inner, n, inner, 1)
      }
    }
    expectEqualBits(x.count, "normalize") { table, y in
      table.normalize_f32(x, x, x, y, 15, n, 1e-5, 0, 1)
    }
  }

  @Test("windows: depthwise convolution and pooling", arguments: [1, 2, 3], [23, 32])
  func windows(_ stride: Int, _ width: Int) throws {
    var random = Randomness(stride)
    var x = random.floats(2 * 19 * width)
    let (kernel, bias) = (random.floats(18), random.floats(2))
    let axis = Window.Axis(kernel: 3, stride: stride, dilation: 1, before: 1, after: 1)
    var window = Window(y: axis, x: axis)
    (window.y.input, window.x.input) = (19, width)
    try window.y.complete(autoPad: .none, roundsUp: false)
    try window.x.complete(autoPad: .none, roundsUp: false)
    let output = Shape(1, 2, window.y.output, window.x.output)
    let taps = [Float](repeating: 3, count: width)
    let band = mw_band(all: output)
    var scratch = [Float](repeating: 0, count: window.slidingScratch(columns: output.columns) / 4)
    let (count, form) = (output.count, window.kernel)
    x.withUnsafeMutableBufferPointer { x in
      let source = PlaneList([mw_planes(dense: x.baseAddress!, Shape(1, 2, 19, width))])
      scratch.withUnsafeMutableBufferPointer { scratch in
        let scratch = scratch.baseAddress!
        func each(_ label: String, _ run: (mw_kernels, PlaneList, UnsafePointer<mw_band>) -> Void) {
          expectEqualBits(count, label) { table, y in
            withUnsafePointer(to: band) {
              run(table, PlaneList([mw_planes(dense: y, output)]), $0)
            }
          }
        }
        each("depthwise") { table, target, band in
          var convolution = mw_convolution(
            window: form, channels: 1, filters: 1, f: mw_clip, alpha: -1, beta: 1, lanes: 48,
            depth: 1)
          var operands = mw_operands(
            x: source.address, sources: 1, residual: nil, y: target.address, weights: nil,
            bias: nil, scratch: scratch)
          kernel.withUnsafeBufferPointer { kernel in
            bias.withUnsafeBufferPointer { bias in
              (operands.weights, operands.bias) = (kernel.baseAddress, bias.baseAddress)
              table.depthwise_f32(&convolution, &operands, band)
            }
          }
        }
        withUnsafePointer(to: form) { form in
          each("largest") { $0.pool_max_f32(form, source.address, $1.address, $2, scratch) }
          each("mean") {
            $0.pool_average_f32(form, source.address, $1.address, $2, taps, taps, scratch)
          }
        }
      }
    }
  }

  @Test("a blend along an axis")
  func blend() {
    var random = Randomness(8)
    let x = random.floats(2 * 19 * 23)
    let (first, second) = ((0..<23).map { Int32($0 / 2) }, (0..<23).map { Int32($0 / 2 + 1) })
    let weights = random.floats(23, 0...1)
    expectEqualBits(x.count, "blend") { table, y in
      table.blend_f32(x, 38, 23, 1, first, second, weights, weights, 23, y)
    }
  }

  @Test(
    "exp, log, tanh, erf, sigmoid and power are right to 4 units in the last place",
    arguments: [
      (Activation.Function.exp, -80, 80), (.log, 1e-6, 1e6), (.tanh, -10, 10), (.erf, -5, 5),
      (.sigmoid, -30, 30), (.softplus, -30, 30),
    ] as [(Activation.Function, Float, Float)])
  func accuracy(_ function: Activation.Function, _ low: Float, _ high: Float) {
    let activation = Activation(function: function)
    let count = 20_000
    let x = (0..<count).map { low + (high - low) * Float($0) / Float(count) }
    var y = x
    mw_best_kernels().pointee.unary_f32(
      mw_unary(rawValue: function.rawValue), x, &y, Int64(count), 0, 0)
    let worst = zip(x, y).map { abs($1 - activation.evaluate($0)) / activation.evaluate($0).ulp }
      .max()
    #expect(worst ?? 0 <= 4)
  }
}
