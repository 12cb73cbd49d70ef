import Tensors
import Testing

@testable import BuiltinNetworks

@Suite("doubling what is read")
struct DoublingTests {
  /// How a case doubles.
  enum Mode: String, CaseIterable { case linear, nearest }

  /// A picture of half the size beside one of the whole, as a decoder reads them.
  private static func decoder(
    _ mode: Mode, _ coordinates: String = "half_pixel", pads: [Int] = [1, 1, 1, 1]
  ) -> ModelBuilder {
    var random = Randomness(5)
    return ModelBuilder()
      .weight("below", random.tensor([9, 3, 2, 2], -0.3...0.3))
      .weight("beside", random.tensor([6, 3, 1, 1], -0.3...0.3))
      .weight("filters", random.tensor([11, 15, 3, 3], -0.3...0.3))
      .weight("bias", random.tensor([11]))
      .weight("scales", Tensor([Float(1), 1, 2, 2], Shape(4)))
      .node("Conv", ["image", "below"], ["a"], ["strides": [2, 2]])
      .node("Conv", ["image", "beside"], ["b"])
      .node(
        "Resize", ["a", "", "scales"], ["c"],
        [
          "mode": mode.rawValue, "nearest_mode": "floor",
          "coordinate_transformation_mode":
            mode == .nearest && coordinates == "half_pixel" ? "asymmetric" : coordinates,
        ]
      )
      .node("Concat", ["c", "b"], ["d"], ["axis": 1])
      .node("Conv", ["d", "filters", "bias"], ["e"], ["pads": pads]).node("Relu", ["e"], ["f"])
      .output("f")
  }

  private func kernels(_ network: BuiltinNetwork, _ shape: Shape) throws -> [String] {
    try network.planReport(for: shape).steps.map(\.kernel)
  }

  @Test(
    "gives what the reference gives, on every machine the same bits", arguments: Mode.allCases,
    [(4, 4), (8, 4), (4, 64), (8, 68), (12, 96), (16, 252), (64, 64), (20, 388), (4, 2052)])
  func reference(_ mode: Mode, _ size: (height: Int, width: Int)) throws {
    let model = try Self.decoder(mode).model()
    let shape = Shape(1, 3, size.height, size.width)
    var random = Randomness(size.width)
    let picture = random.floats(shape.count)
    let network = try BuiltinNetwork(model)
    #expect(try !kernels(network, shape).contains("resize"))
    let result = try network.run(picture, shape)
    var expected = [Float](repeating: 0, count: result.count)
    var span = expected.mutableSpan
    try ReferenceNetwork(model).run(picture.span, shape: shape, into: &span)
    #expect(zip(result, expected).allSatisfy { abs($0 - $1) <= 2e-5 * max(1, abs($1)) })
    for set in InstructionSet.available {
      let other = try BuiltinNetwork(model, instructionSet: set).run(picture, shape)
      #expect(other == result, "\(set)")
    }
  }

  @Test(
    "is left to a step of its own where tiles overhang, where pads differ, and of other resizings")
  func otherwise() throws {
    let cases: [(ModelBuilder, Shape)] = [
      (Self.decoder(.linear), Shape(1, 3, 16, 18)), (Self.decoder(.nearest), Shape(1, 3, 6, 16)),
      (Self.decoder(.linear, pads: [0, 0, 0, 0]), Shape(1, 3, 18, 18)),
      (Self.decoder(.linear, "align_corners"), Shape(1, 3, 16, 16)),
      (Self.decoder(.linear, "asymmetric"), Shape(1, 3, 16, 16)),
      (Self.decoder(.nearest, "align_corners"), Shape(1, 3, 16, 16)),
    ]
    for (builder, shape) in cases {
      let network = try BuiltinNetwork(builder.model())
      #expect(try kernels(network, shape).contains("resize"))
    }
  }

  @Test("is left to a step of its own where somebody else reads the doubled picture")
  func otherReaders() throws {
    let shared = Self.decoder(.linear)
      .weight("head", Tensor([Float](repeating: 0.1, count: 9), Shape(1, 9, 1, 1)))
      .node("Conv", ["c", "head"], ["g"]).node("Concat", ["f", "g"], ["h"], ["axis": 1])
    let network = try BuiltinNetwork(shared.output("h").model(), outputNamed: "h")
    #expect(try kernels(network, Shape(1, 3, 16, 16)).contains("resize"))
  }
}
