import Tensors

/// A network whose every output value is a function of the input's pixel below it.
final class FakeNetwork: Network {
  let input: TensorDescription
  let output: TensorDescription
  let receptiveRadius: Int?
  let sizeMultiple = 1
  /// What the output lacks on each side, in pixels.
  let margin: Int
  /// Whether it answers several pictures at once.
  let takesBatches: Bool
  /// How often it was asked.
  var runCount: Int { shapes.count }
  /// What it was shown.
  private(set) var shapes: [Shape] = []
  /// What both sides must be multiples of, or else it refuses.
  let insistsOn: Int
  let value: (_ channel: Int, _ bands: [Float]) -> Float

  init(
    bands: Int?, channels: Int, side: Int? = nil, margin: Int = 0, takesBatches: Bool = false,
    receptiveRadius: Int? = 0, insistsOn: Int = 1,
    value: @escaping (_ channel: Int, _ bands: [Float]) -> Float
  ) {
    input = TensorDescription(name: "image", extents: [1, bands, side, side])
    output = TensorDescription(name: "probability", extents: [1, channels, side, side])
    self.receptiveRadius = receptiveRadius
    self.insistsOn = insistsOn
    self.margin = margin
    self.takesBatches = takesBatches
    self.value = value
  }

  func outputShape(for input: Shape) throws(NetworkError) -> Shape {
    if input[2] > 4096 { throw .cannotTake(shape: input, reason: "at most 4096 px fit") }
    if input[2] % insistsOn + input[3] % insistsOn != 0 {
      throw .cannotTake(shape: input, reason: "sides must be multiples of \(insistsOn) px")
    }
    let pictures = takesBatches ? input[0] : 1
    return Shape(
      pictures, output.extents[1] ?? 0, input[2] - 2 * margin, input[3] - 2 * margin)
  }

  func run(_ input: Span<Float>, shape: Shape, into output: inout MutableSpan<Float>)
    throws(NetworkError)
  {
    shapes.append(shape)
    let given = try outputShape(for: shape)
    let plane = shape[2] * shape[3]
    for picture in 0..<shape[0] {
      for y in 0..<given[2] {
        for x in 0..<given[3] {
          let place = (y + margin) * shape[3] + x + margin
          let bands = (0..<shape[1]).map { input[(picture * shape[1] + $0) * plane + place] }
          for channel in 0..<given[1] {
            let first = (picture * given[1] + channel) * given[2]
            output[(first + y) * given[3] + x] = value(channel, bands)
          }
        }
      }
    }
  }
}
