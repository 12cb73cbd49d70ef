import CKernels
import Tensors
import Testing

@testable import BuiltinNetworks

@Suite("operators on bytes")
struct ByteOperatorTests {
  /// Drawn shapes of each kind: most in `make test-release`.
  #if DEBUG
    private static let rounds = 500
  #else
    private static let rounds = 2000
  #endif

  @Test(
    "give exactly what plain loops give, with every instruction set, and keep their margins",
    arguments: ByteCase.kinds.keys.sorted())
  func equalPlainLoops(_ kind: String) throws {
    let make = try #require(ByteCase.kinds[kind])
    for seed in 0..<Self.rounds {
      var random = Randomness(seed)
      let drawn = make(&random)
      let expected = try drawn.operation.evaluate(Inputs<Tensor>(drawn.inputs))[0]
      for table in ByteRun.tables {
        let run = try ByteRun(
          drawn.operation, drawn.inputs, zeros: drawn.zeros, result: drawn.result, table)
        let told = """
          \(kind), seed \(seed), \(String(cString: table.name)): \
          \(drawn.inputs.map { $0?.shape.description ?? "-" })
          """
        #expect(run.output.shape == expected.shape, "\(told)")
        #expect(run.hasMargins, "\(told)")
        if expected.type == .uint8 {
          #expect(run.output.integers == expected.integers, "\(told)")
        } else {
          #expect(run.output.floats.elementsEqual(expected.floats), "\(told)")
        }
      }
    }
  }

  @Test("sums reach the bounds of bytes without saturating in between")
  func extremes() throws {
    // 255 · 127 + 255 · 127 overflows the 16 bits in which products of bytes are often paired.
    for (byte, weight) in [(UInt8(255), Int8(127)), (255, -128)] {
      let channels = 32
      let weights = Tensor([Int8](repeating: weight, count: channels * 9), Shape(1, channels, 3, 3))
      let sliding = Sliding(
        kernel: nil, strides: nil, dilations: nil, pads: nil, autoPad: .none, roundsUp: false)
      let convolution = ByteConvolution(
        sliding: sliding, grid: ByteGrid(scale: 1, zero: 0), channels: [channels],
        weights: weights, scale: [1], bias: [0], residual: nil, result: nil,
        limits: -.infinity ... .infinity)
      let x = Tensor([UInt8](repeating: byte, count: channels * 25), Shape(1, channels, 5, 5))
      for table in ByteRun.tables {
        let run = try ByteRun(convolution, [x], zeros: [0], result: 0, table)
        let sum = Float(channels * 9 * Int(byte) * Int(weight))
        #expect(run.output.floats.allSatisfy { $0 == sum }, "\(String(cString: table.name))")
      }
    }
  }

  @Test("results far beyond the range of bytes become the nearest byte")
  func saturation() throws {
    let weights = Tensor([Int8(127), -127], Shape(2, 1, 1, 1))
    let sliding = Sliding(
      kernel: nil, strides: nil, dilations: nil, pads: nil, autoPad: .none, roundsUp: false)
    let result = ByteGrid(scale: 1, zero: 7)
    let convolution = ByteConvolution(
      sliding: sliding, grid: ByteGrid(scale: 1, zero: 0), channels: [1], weights: weights,
      scale: [1e10, 1e10], bias: [0, 0], residual: nil, result: result, limits: result.steps)
    let x = Tensor([UInt8](repeating: 200, count: 20), Shape(1, 1, 4, 5))
    for table in ByteRun.tables {
      let run = try ByteRun(convolution, [x], zeros: [0], result: 7, table)
      #expect(Set(run.output.integers.prefix(20)) == [255], "\(String(cString: table.name))")
      #expect(Set(run.output.integers.suffix(20)) == [0], "\(String(cString: table.name))")
    }
  }
}
