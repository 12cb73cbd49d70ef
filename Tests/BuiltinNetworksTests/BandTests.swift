import CKernels
import Tensors
import Testing

@testable import BuiltinNetworks

@Suite("chains of layers in bands")
struct BandTests {
  /// An encoder and a decoder with everything that runs in bands: strided, pointwise and depthwise
  /// convolutions, pooling over and beside the edge, both ways of doubling, a residual, a sum, and
  /// concatenations within concatenations.
  private static func network() -> ModelBuilder {
    var random = Randomness(11)
    func weights(_ extents: Int...) -> Tensor { random.tensor(extents, -0.3...0.3) }
    let around = ["pads": [1, 1, 1, 1]]
    return ModelBuilder()
      .weight("stem", weights(8, 3, 7, 7)).weight("w1", weights(12, 8, 3, 3))
      .weight("b1", random.tensor([12])).weight("w2", weights(12, 12, 3, 3))
      .weight("deep", weights(24, 1, 3, 3)).weight("wide", weights(24, 12, 1, 1))
      .weight("narrow", weights(12, 24, 1, 1)).weight("down", weights(16, 12, 3, 3))
      .weight("w3", weights(8, 28, 3, 3)).weight("w4", weights(5, 19, 3, 3))
      .weight("head", weights(2, 5, 1, 1))
      .weight("scales", Tensor([Float(1), 1, 2, 2], Shape(4)))
      .node("Conv", ["image", "stem"], ["a"], ["pads": [3, 3, 3, 3], "strides": [2, 2]])
      .node("Relu", ["a"], ["b"])
      .node("Conv", ["b", "w1", "b1"], ["c"], around).node("Relu", ["c"], ["d"])
      .node("Conv", ["d", "w2"], ["e"], around).node("Add", ["e", "d"], ["f"])
      .node("Relu", ["f"], ["g"])
      .node("Conv", ["g", "wide"], ["h"]).node("HardSwish", ["h"], ["i"])
      .node("Conv", ["i", "deep"], ["j"], ["pads": [1, 1, 1, 1], "group": 24])
      .node("Conv", ["j", "narrow"], ["k"]).node("Add", ["g", "k"], ["l"])
      .node("Conv", ["l", "down"], ["m"], ["pads": [1, 1, 1, 1], "strides": [2, 2]])
      .node(
        "MaxPool", ["l"], ["n"],
        ["kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]]
      )
      .node("Concat", ["m", "n"], ["o"], ["axis": 1])
      .node("Conv", ["o", "w3"], ["p"], around)
      .node(
        "Resize", ["p", "", "scales"], ["q"],
        ["mode": "linear", "coordinate_transformation_mode": "half_pixel"]
      )
      .node("Concat", ["q", "b"], ["r"], ["axis": 1])
      .node("Conv", ["image", "stem"], ["s"], ["pads": [3, 3, 3, 3], "strides": [2, 2]])
      .node("Sub", ["s", "b"], ["t"]).node("Conv", ["t", "lean"], ["u"])
      .weight("lean", weights(3, 8, 1, 1))
      .node("Concat", ["r", "u"], ["v"], ["axis": 1])
      .node("Conv", ["v", "w4"], ["w"], around)
      .node(
        "Resize", ["w", "", "scales"], ["x"],
        [
          "mode": "nearest", "coordinate_transformation_mode": "asymmetric",
          "nearest_mode": "floor",
        ]
      )
      .node("Conv", ["x", "head"], ["y"]).output("y")
  }

  private func run(_ cacheBytes: Int, _ shape: Shape, threads: Int = 1) throws -> [Float] {
    var random = Randomness(3)
    let network = try BuiltinNetwork(
      Self.network().model(), outputNamed: nil, memoryLimit: 1 << 30,
      kernels: mw_best_kernels().pointee, cacheBytes: cacheBytes, threads: threads)
    return try network.run(random.floats(shape.count), shape)
  }

  @Test(
    "give the same bits whatever fits into the cache",
    arguments: [
      Shape(1, 3, 64, 64), Shape(1, 3, 52, 1100), Shape(1, 3, 300, 36), Shape(1, 3, 8, 4),
    ]
  )
  func sameBits(_ shape: Shape) throws {
    let alone = try run(1, shape)
    for cacheBytes in [60_000, 200_000, 700_000, 2_000_000, 1 << 30] {
      #expect(try run(cacheBytes, shape) == alone, "\(cacheBytes) bytes")
    }
  }

  @Test(
    "give the same bits whoever shares them",
    arguments: [
      Shape(1, 3, 64, 64), Shape(1, 3, 52, 1100), Shape(1, 3, 300, 36), Shape(1, 3, 8, 4),
    ], [2, 3, 5])
  func sameBits(_ shape: Shape, threads: Int) throws {
    let alone = try run(700_000, shape)
    #expect(try run(700_000, shape, threads: threads) == alone)
    #expect(try run(1, shape, threads: threads) == alone)
  }

  @Test("are shared without gaps, and no thread writes beyond its share")
  func shares() {
    for axis in [Banding.Axis.rows, .columns] {
      for (rows, columns) in [(4, 1024), (12, 64), (1, 7), (64, 5), (3, 130), (8, 8)] {
        for (step, threads) in [(1, 2), (4, 2), (4, 3), (1, 7)] {
          let banding = Banding(pictures: [], step: step, shared: axis)
          let band = mw_band(y0: 8, y1: Int64(8 + rows), x0: 64, x1: Int64(64 + columns))
          var seen = [Int](repeating: 0, count: rows * columns)
          for number in 0..<threads {
            guard let share = banding.share(number, of: threads, in: band) else { continue }
            #expect(share.y0 % Int64(step) == 0 && share.x0 % Int64(step) == 0)
            for y in share.y0..<share.y1 {
              for x in share.x0..<share.x1 { seen[Int(y - 8) * columns + Int(x - 64)] += 1 }
            }
          }
          #expect(seen.allSatisfy { $0 == 1 }, "\(rows) × \(columns), step \(step), \(threads)")
        }
      }
    }
  }

  @Test("are left by their threads in peace, also right after a run")
  func endsInPeace() throws {
    let model = try Self.network().model()
    let shape = Shape(1, 3, 8, 4)
    let values = [Float](repeating: 0.5, count: shape.count)
    for _ in 0..<30 {
      // Whoever leaves the plan last, nobody waits for itself.
      let network = try BuiltinNetwork(model, outputNamed: nil, threads: 3)
      var result = [Float](repeating: 0, count: try network.outputShape(for: shape).count)
      var span = result.mutableSpan
      try network.run(values.span, shape: shape, into: &span)
      #expect(result.contains { $0 != 0 })
    }
  }

  @Test("equal the reference", arguments: [Shape(1, 3, 36, 52), Shape(1, 3, 8, 4)])
  func reference(_ shape: Shape) throws {
    var random = Randomness(3)
    let values = random.floats(shape.count)
    let result = try run(150_000, shape)
    let network = try ReferenceNetwork(Self.network().model())
    var expected = [Float](repeating: 0, count: result.count)
    var span = expected.mutableSpan
    try network.run(values.span, shape: shape, into: &span)
    #expect(zip(result, expected).allSatisfy { abs($0 - $1) <= 1e-4 * max(1, abs($1)) })
  }

  @Test("keep few rows of what lies between")
  func keepsFewRows() throws {
    let network = try BuiltinNetwork(
      Self.network().model(), outputNamed: nil, memoryLimit: 1 << 30,
      kernels: mw_best_kernels().pointee, cacheBytes: 8 << 20)
    let report = try network.planReport(for: Shape(1, 3, 512, 512))
    // From the stem to the second stem, which reads the picture anew.
    let chain = report.steps.filter { $0.stage == 0 }
    #expect(chain.count >= 10)
    // What the other chain reads, and what the chain ends with.
    #expect(chain.count { $0.keptRows == $0.shape[2] } <= 3)
    #expect(chain.count { $0.keptRows <= 40 } >= chain.count - 3)
  }
}
