import CKernels
import Tensors
import Testing

@testable import BuiltinNetworks

/// A convolution of any kind with random extents.
private struct AnyConvolution {
  let convolution: Convolution
  let inputs: [Tensor?]

  init(_ seed: Int) {
    var random = Randomness(seed)
    let side = random.pick([1, 1, 2, 3, 3, 3, 5, 7])
    let kernel = [side, random.integer(0...4) == 0 ? random.integer(1...4) : side]
    let stride = random.pick([1, 1, 1, 2, 2, 3])
    let dilation = side > 1 && random.integer(0...5) == 0 ? 2 : 1
    let pads = (kernel + kernel).map { random.integer(0...($0 / 2)) }
    let sliding = Sliding(
      kernel: kernel, strides: [stride, stride], dilations: [dilation, dilation], pads: pads,
      autoPad: .none, roundsUp: false)
    let isDepthwise = random.integer(0...3) == 0
    let groups = isDepthwise ? random.integer(1...20) : random.pick([1, 1, 1, 1, 2])
    let (inGroup, outOfGroup) = (
      isDepthwise ? 1 : random.integer(1...20),
      // Heads of one or two filters go a way of their own.
      random.integer(0...4) == 0 ? random.integer(1...2) : random.integer(1...20)
    )
    // From the smallest that fits to a few registers; sides of whole registers have ways of their own.
    let sides = (0..<2).map { axis in
      let reach = (kernel[axis] - 1) * dilation + 1
      let smallest = max(reach - pads[axis] - pads[axis + 2], 1)
      return max(smallest, random.pick([smallest, random.integer(1...24), 16, 32, 48, 64, 112]))
    }
    let function = random.pick([Activation.Function.identity, .relu, .clip, .hardSwish])
    convolution = Convolution(
      sliding: sliding, groups: groups,
      activation: Activation(function: function, alpha: -0.5, beta: 0.5))
    let result = (0..<2).map { axis in
      let reach = (kernel[axis] - 1) * dilation + 1
      return (sides[axis] + pads[axis] + pads[axis + 2] - reach) / stride + 1
    }
    let filters = groups * outOfGroup
    inputs = [
      random.tensor([1, groups * inGroup] + sides), random.tensor([filters, inGroup] + kernel),
      random.integer(0...1) == 1 ? random.tensor([filters]) : nil,
      random.integer(0...3) == 0 ? random.tensor([1, filters] + result) : nil,
    ]
  }

  var words: String { "\(convolution.sliding), \(inputs.map { $0?.shape.description ?? "-" })" }
}

extension Convolution {
  /// The fast way with a table of kernels, for inputs x, w, bias and residual.
  func computed(_ inputs: [Tensor?], _ kernels: mw_kernels) throws -> [Float] {
    let node = Program.Node(
      label: "convolution", operation: self, types: .any, inputs: ["x", "w", "b", "r"],
      outputs: ["y"])
    let facts = Inputs<Fact>(inputs.map { $0.map { Fact($0) } })
    return try #require(try node.fold(facts, kernels)).flatMap { Array($0.floats) }
  }
}

/// All ten thousand in `make test-release`; one thousand in every run of the tests.
#if DEBUG
  private let shapes = 1_000
#else
  private let shapes = 10_000
#endif

@Suite("convolutions of any shape")
struct ConvolutionSweepTests {
  @Test("equal the reference, and each other with every instruction set")
  func agree() throws {
    var pointers = [UnsafePointer<mw_kernels>?](repeating: nil, count: 3)
    let tables = pointers.prefix(Int(mw_all_kernels(&pointers))).indices.compactMap { pointers[$0] }
    var ways: [String: Int] = [:]
    for seed in 0..<shapes {
      let any = AnyConvolution(seed)
      let facts = Inputs<Fact>(any.inputs.map { $0.map { Fact($0) } })
      ways[any.convolution.kernelName(facts), default: 0] += 1
      let expected = try any.convolution.evaluate(Inputs<Tensor>(any.inputs))
        .flatMap { Array($0.floats) }
      let results = try tables.map { try any.convolution.computed(any.inputs, $0.pointee) }
      // A sum of n products of values up to 2 is about 4/3 √n in size; tiles lose 1e-5 of it.
      let depth = any.inputs[1].map { Float($0.shape.count(1..<4)) } ?? 1
      let allowed = max(4 / 3 * depth.squareRoot(), 1) * 4e-5
      let worst = zip(results[0], expected).map { abs($0 - $1) }.max() ?? 0
      #expect(
        results[0].count == expected.count && worst <= allowed,
        "\(seed): \(worst) of \(allowed), \(any.words)")
      for other in results.dropFirst() {
        #expect(
          other.map(\.bitPattern) == results[0].map(\.bitPattern), "\(seed): \(any.words)")
      }
    }
    // Every way is among them.
    #expect(Set(ways.keys) == ["tiles", "product", "pointwise", "depthwise"], "\(ways)")
  }
}
