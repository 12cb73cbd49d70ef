import CKernels
import Tensors
import Testing

@testable import BuiltinNetworks

/// A convolution of 3 × 3 px with random extents: sides from 1 px, any number of channels.
private struct Tiled: CustomTestStringConvertible {
  var convolution: Convolution
  var inputs: [Tensor?]
  var testDescription: String { "\(inputs.map { $0?.shape.description ?? "-" })" }

  init(_ seed: Int) {
    var random = Randomness(seed)
    let pads = (0..<4).map { _ in random.integer(0...1) }
    let (channels, filters) = (random.integer(5...37), random.integer(4...37))
    // From the smallest that fits: one output pixel.
    let rows = max(3 - pads[0] - pads[2], 1) + random.pick([0, random.integer(0...40)])
    let columns = max(3 - pads[1] - pads[3], 1) + random.pick([0, random.integer(0...300)])
    let sliding = Sliding(
      kernel: [3, 3], strides: nil, dilations: nil, pads: pads, autoPad: .none, roundsUp: false)
    let function = random.pick([Activation.Function.identity, .relu, .sigmoid, .clip])
    convolution = Convolution(
      sliding: sliding, groups: 1,
      activation: Activation(function: function, alpha: -0.5, beta: 0.5))
    let y = [2, filters, rows + pads[0] + pads[2] - 2, columns + pads[1] + pads[3] - 2]
    let hasBias = random.integer(0...1) == 1
    let hasResidual = random.integer(0...3) == 0
    inputs = [
      random.tensor([2, channels, rows, columns]), random.tensor([filters, channels, 3, 3]),
      hasBias ? random.tensor([filters]) : nil, hasResidual ? random.tensor(y) : nil,
    ]
  }

  /// The truth.
  func reference() throws -> [Float] {
    try convolution.evaluate(Inputs<Tensor>(inputs)).flatMap { Array($0.floats) }
  }

  /// The fast way with a table of kernels.
  func run(_ kernels: mw_kernels) throws -> [Float] { try convolution.computed(inputs, kernels) }
}

@Suite("convolutions in tiles")
struct WinogradTests {
  @Test("every seed here runs in tiles", arguments: 0..<60)
  func runsInTiles(_ seed: Int) {
    let tiled = Tiled(seed)
    let facts = Inputs<Fact>(tiled.inputs.map { $0.map { Fact($0) } })
    #expect(tiled.convolution.kernelName(facts) == "tiles", "\(tiled.testDescription)")
  }

  @Test("equal the reference for any size, padding and number of channels", arguments: 0..<60)
  func agree(_ seed: Int) throws {
    let tiled = Tiled(seed)
    let expected = try tiled.reference()
    let result = try tiled.run(mw_best_kernels().pointee)
    #expect(result.count == expected.count)
    // Inputs and weights up to 2: a sum's size is about 4/3 √(9 channels), at most 25.
    let worst = zip(result, expected).map { abs($0 - $1) }.max() ?? 0
    #expect(worst <= 25 * 1e-5, "\(tiled.testDescription)")
  }

  @Test("give the same bits with every instruction set", arguments: 0..<60)
  func sameBits(_ seed: Int) throws {
    let tiled = Tiled(seed)
    var pointers = [UnsafePointer<mw_kernels>?](repeating: nil, count: 3)
    let count = Int(mw_all_kernels(&pointers))
    let results = try pointers.prefix(count).compactMap(\.self).map { table in
      try tiled.run(table.pointee).map(\.bitPattern)
    }
    #expect(results.allSatisfy { $0 == results[0] }, "\(tiled.testDescription)")
  }

  @Test("lose less than 1e-5 of their results' size", arguments: [16, 64, 256])
  func accuracy(_ channels: Int) throws {
    var random = Randomness(channels)
    let sliding = Sliding(
      kernel: nil, strides: nil, dilations: nil, pads: [1, 1, 1, 1], autoPad: .none,
      roundsUp: false)
    var tiled = Tiled(0)
    tiled.convolution = Convolution(sliding: sliding, groups: 1)
    tiled.inputs = [
      random.tensor([1, channels, 16, 16]), random.tensor([8, channels, 3, 3]), nil, nil,
    ]
    let expected = try tiled.reference()
    let size =
      (expected.reduce(0) { $0 + Double($1) * Double($1) } / Double(expected.count)).squareRoot()
    let result = try tiled.run(mw_best_kernels().pointee)
    let worst = zip(result, expected).map { abs(Double($0) - Double($1)) }.max() ?? 0
    #expect(worst <= 1e-5 * size)
  }

  @Test("are left to the other way where strides, dilations or groups ask for it")
  func leftAlone() throws {
    var random = Randomness(1)
    let x = random.tensor([1, 8, 20, 20])
    for (strides, dilations, groups) in [
      ([2, 1], [1, 1], 1), ([1, 1], [1, 2], 1), ([1, 1], [1, 1], 2),
    ] {
      let sliding = Sliding(
        kernel: [3, 3], strides: strides, dilations: dilations, pads: [1, 1, 1, 1],
        autoPad: .none, roundsUp: false)
      let convolution = Convolution(sliding: sliding, groups: groups)
      let w = random.tensor([8, 8 / groups, 3, 3])
      #expect(convolution.kernelName(Inputs<Fact>([Fact(x), Fact(w)])) == "product")
    }
  }
}
