import Tensors

@testable import BuiltinNetworks

/// An operator on bytes with random parameters and inputs.
struct ByteCase {
  var operation: any ByteOperator
  var inputs: [Tensor?]
  /// The zero points of the inputs.
  var zeros: [Int]
  /// The zero point of the result.
  var result = 0

  /// The kinds, by name.
  static let kinds: [String: @Sendable (inout Randomness) -> ByteCase] = [
    "convolution": convolution, "largest under a window": pooling, "nearest pixels": nearest,
    "twice the pixels": doubling, "sum": sum, "from floats": packing, "to floats": unpacking,
  ]

  private static func grid(_ random: inout Randomness) -> ByteGrid {
    ByteGrid(
      scale: Float.random(in: 0.01...0.1, using: &random), zero: random.pick([0, 128, 3, 255, 77]))
  }

  private static func bytes(_ random: inout Randomness, _ extents: [Int]) -> Tensor {
    random.tensor(.uint8, extents)
  }

  /// The extents of a small picture, some of them wider than a few registers.
  private static func picture(_ random: inout Randomness, _ channels: Int, least: Int = 1) -> [Int]
  {
    [
      random.integer(1...2), channels, random.integer(least...least + 8),
      random.pick([random.integer(least...least + 8), random.integer(least...70)]),
    ]
  }

  private static func limits(_ random: inout Randomness, _ grid: ByteGrid) -> ClosedRange<Float> {
    random.pick([grid.steps, max(0, grid.steps.lowerBound)...grid.steps.upperBound])
  }

  @Sendable private static func convolution(_ random: inout Randomness) -> ByteCase {
    let channels = (0..<random.integer(1...2)).map { _ in random.integer(1...9) }
    let (filters, kernel) = (
      random.integer(1...18), random.pick([[1, 1], [3, 3], [2, 4], [5, 1]])
    )
    let sliding = Sliding(
      kernel: nil, strides: [random.integer(1...3), random.integer(1...2)],
      dilations: [random.integer(1...2), random.integer(1...3)],
      pads: (0..<4).map { _ in random.integer(0...3) }, autoPad: .none, roundsUp: false)
    var extents = picture(&random, 1, least: 10)
    let (grid, given) = (grid(&random), random.integer(0...2))
    let result: ByteGrid? = given == 0 ? nil : Self.grid(&random)
    let all = channels.reduce(0, +)
    let size = Float(all * kernel[0] * kernel[1]).squareRoot() * 6000
    let weights = Tensor(
      (0..<filters * all * kernel[0] * kernel[1]).map { _ in Int8(random.integer(-128...127)) },
      Shape([filters, all] + kernel))
    let other = Self.grid(&random)
    var convolution = ByteConvolution(
      sliding: sliding, grid: grid, channels: channels, weights: weights,
      scale: random.floats(filters, 10 / size...90 / size),
      bias: random.floats(filters, -50...50),
      residual: given == 1 ? nil : ByteConvolution.Residual(grid: other, scale: 0.7),
      result: result, limits: result.map { limits(&random, $0) } ?? -60...80)
    var inputs = channels.map { count -> Tensor? in
      extents[1] = count
      return bytes(&random, extents)
    }
    var zeros = channels.map { _ in grid.zero }
    if convolution.residual != nil {
      let facts = Inputs<Fact>(inputs.map { $0.flatMap { try? Fact.quads($0.shape.extents) } })
      convolution.residual = nil
      let shape = try? convolution.outputs(of: facts)[0].shape
      convolution.residual = ByteConvolution.Residual(grid: other, scale: 0.7)
      inputs.append(bytes(&random, shape?.extents ?? []))
      zeros.append(other.zero)
    }
    return ByteCase(
      operation: convolution, inputs: inputs, zeros: zeros, result: result?.zero ?? 0)
  }

  @Sendable private static func pooling(_ random: inout Randomness) -> ByteCase {
    let kernel = [random.integer(1...3), random.integer(1...3)]
    let grid = grid(&random)
    let pooling = Pooling(kind: .max, sliding: Sliding(random: &random, kernel: kernel))
    let x = bytes(&random, picture(&random, random.integer(1...9), least: 9))
    return ByteCase(
      operation: BytePooling(pooling: pooling, grid: grid), inputs: [x], zeros: [grid.zero],
      result: grid.zero)
  }

  @Sendable private static func nearest(_ random: inout Randomness) -> ByteCase {
    let grid = grid(&random)
    let scales = [1, 1, random.pick([0.5, 1, 2, 3]), random.pick([0.7, 1, 2, 2, 2.5])]
    let resize = Resize(
      mode: .nearest, coordinates: random.pick(Resize.Coordinates.allCases),
      rounding: random.pick(Resize.Rounding.allCases), policy: .stretch, scalesInput: 2,
      sizesInput: 3)
    let x = bytes(&random, picture(&random, random.integer(1...9), least: 2))
    return ByteCase(
      operation: ByteResize(resize: resize, grid: grid, result: grid),
      inputs: [x, nil, Tensor(scales.map(Float.init), Shape(4))], zeros: [grid.zero, 0, 0],
      result: grid.zero)
  }

  @Sendable private static func doubling(_ random: inout Randomness) -> ByteCase {
    let (grid, other) = (grid(&random), grid(&random))
    let result = random.pick([grid, other])
    let resize = Resize(
      mode: .linear, coordinates: .halfPixel, rounding: .floor, policy: .stretch, scalesInput: 2,
      sizesInput: 3)
    let x = bytes(&random, picture(&random, random.integer(1...9)))
    return ByteCase(
      operation: ByteResize(resize: resize, grid: grid, result: result),
      inputs: [x, nil, Tensor([Float(1), 1, 2, 2], Shape(4))], zeros: [grid.zero, 0, 0],
      result: result.zero)
  }

  @Sendable private static func sum(_ random: inout Randomness) -> ByteCase {
    let grids = (0..<random.integer(1...2)).map { _ in grid(&random) }
    let result = grid(&random)
    let extents = picture(&random, random.integer(1...9))
    return ByteCase(
      operation: ByteSum(grids: grids, result: result, limits: limits(&random, result)),
      inputs: grids.map { _ in bytes(&random, extents) }, zeros: grids.map(\.zero),
      result: result.zero)
  }

  @Sendable private static func packing(_ random: inout Randomness) -> ByteCase {
    let grid = grid(&random)
    let x = random.tensor(picture(&random, random.integer(1...9)), -10...10)
    return ByteCase(operation: Packing(grid: grid), inputs: [x], zeros: [0], result: grid.zero)
  }

  @Sendable private static func unpacking(_ random: inout Randomness) -> ByteCase {
    let grid = grid(&random)
    let x = bytes(&random, picture(&random, random.integer(1...9)))
    return ByteCase(operation: Unpacking(grid: grid), inputs: [x], zeros: [grid.zero])
  }
}
