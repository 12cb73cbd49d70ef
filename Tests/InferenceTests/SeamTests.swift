import Grids
import Imagery
import Inference
import Tensors
import Testing

/// Gives the mean of the pixels up to `radius` away; beyond the chip it sees zeroes, as a padded
/// convolution does.
private final class BlurringNetwork: Network {
  let input = TensorDescription(name: "image", extents: [1, 1, nil, nil])
  let output = TensorDescription(name: "probability", extents: [1, 1, nil, nil])
  let radius: Int
  let sizeMultiple = 1
  var receptiveRadius: Int? { radius }

  init(radius: Int) { self.radius = radius }

  func outputShape(for input: Shape) throws(NetworkError) -> Shape { input }

  func run(_ input: Span<Float>, shape: Shape, into output: inout MutableSpan<Float>)
    throws(NetworkError)
  {
    let (height, width) = (shape[2], shape[3])
    // Rows, then columns: sums of whole numbers, so that the order makes no difference.
    var rows = [Float](repeating: 0, count: height * width)
    for y in 0..<height {
      for x in 0..<width {
        for near in max(0, x - radius)...min(width - 1, x + radius) {
          rows[y * width + x] += input[y * width + near]
        }
      }
    }
    let count = Float((2 * radius + 1) * (2 * radius + 1))
    for y in 0..<height {
      for x in 0..<width {
        var sum: Float = 0
        for near in max(0, y - radius)...min(height - 1, y + radius) {
          sum += rows[near * width + x]
        }
        output[y * width + x] = sum / count
      }
    }
  }
}

@Suite struct `A map of many chips` {
  /// A picture of zeroes and ones without a pattern that repeats.
  func picture(in window: PixelWindow) -> Chip {
    let pixels = (0..<window.area).map { index -> Float in
      let (x, y) = (window.x + index % window.width, window.y + index / window.width)
      return (x &* x &* 7 &+ y &* 13 &+ x &* y) & 31 < 15 ? 1 : 0
    }
    return Chip(
      window: window, bandCount: 1, samples: .floats(pixels),
      validity: ValidityMask(window: window, isValid: true))
  }

  func maps(halo: Int, radius: Int, chips: Int) throws -> [PixelWindow: ClassMap] {
    let layout = try ChipLayout(chip: 128 / chips + 2 * halo, halo: halo)
    let segmenter = try Segmenter(
      network: BlurringNetwork(radius: radius), layout: layout, bandCount: 1,
      scaling: PixelScaling(), scheme: plainBuildings, activation: .none, layers: [.published(1)])
    var maps: [PixelWindow: ClassMap] = [:]
    for row in 0..<chips {
      for column in 0..<chips {
        let window = layout.window(of: ChipIndex(column: column - chips / 2, row: row))
        let map = try segmenter.classify(picture(in: window))
        maps[map.window] = map
      }
    }
    return maps
  }

  /// How many pixels of four small chips differ from the same pixels of one large chip.
  func differences(halo: Int, radius: Int) throws -> Int {
    let small = try maps(halo: halo, radius: radius, chips: 2)
    let layout = try ChipLayout(chip: 256, halo: 64)
    let window = PixelWindow(x: -128, y: -64, width: 256, height: 256)
    let large = try Segmenter(
      network: BlurringNetwork(radius: radius), layout: layout, bandCount: 1,
      scaling: PixelScaling(), scheme: plainBuildings, activation: .none, layers: [.published(1)]
    ).classify(picture(in: window))
    var count = 0
    for map in small.values {
      for index in 0..<map.window.area {
        let x = map.window.x + index % map.window.width - large.window.x
        let y = map.window.y + index / map.window.width - large.window.y
        let other = y * large.window.width + x
        let isSame =
          map.classes[index] == large.classes[other]
          && map.probabilities[index] == large.probabilities[other]
        count += isSame ? 0 : 1
      }
    }
    return count
  }

  @Test(arguments: [0, 3, 8])
  func `has no seams where the halo holds what the network sees`(_ radius: Int) throws {
    #expect(try differences(halo: radius, radius: radius) == 0)
  }

  @Test func `has seams where it does not`() throws {
    #expect(try differences(halo: 4, radius: 8) > 0)
  }
}
