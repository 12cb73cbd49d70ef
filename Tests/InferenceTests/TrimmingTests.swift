import Grids
import Imagery
import Inference
import Tensors
import Testing

/// Chips of 224 px that keep a core of 192 px: three grains a side.
@Suite struct `A chip that is only partly wanted` {
  let window = PixelWindow(x: 384 - 16, y: -192 - 16, width: 224, height: 224)

  /// A chip whose picture is one of places in the core, valid where `box` says.
  func chip(valid box: PixelWindow) -> Chip {
    var pixels: [Float] = []
    var validity: [UInt8] = []
    for y in -16..<208 {
      for x in -16..<208 {
        pixels.append(Float((x * 7 + y * 13) & 63) / 64)
        validity.append(box.contains(x: x, y: y) ? 1 : 0)
      }
    }
    return Chip(
      window: window, bandCount: 1, samples: .floats(pixels),
      validity: ValidityMask(window: window, pixels: validity))
  }

  func network(
    side: Int? = nil, margin: Int = 0, receptiveRadius: Int? = 0, insistsOn: Int = 1,
    takesBatches: Bool = false
  ) -> FakeNetwork {
    FakeNetwork(
      bands: 1, channels: 2, side: side, margin: margin, takesBatches: takesBatches,
      receptiveRadius: receptiveRadius, insistsOn: insistsOn
    ) { $0 == 0 ? 1 - $1[0] : $1[0] }
  }

  func segmenter(_ network: FakeNetwork, batch: Int = 1) throws -> Segmenter {
    try Segmenter(
      network: network, layout: ChipLayout(chip: 224, halo: 16), bandCount: 1,
      scaling: PixelScaling(), scheme: plainBuildings, activation: .none, layers: [.published(1)],
      batch: batch)
  }

  static let boxes: [(box: PixelWindow, height: Int, width: Int)] = [
    (PixelWindow(x: 0, y: 0, width: 192, height: 192), 224, 224),
    (PixelWindow(x: 0, y: 0, width: 64, height: 192), 224, 96),
    (PixelWindow(x: 64, y: 64, width: 64, height: 64), 96, 96),
    (PixelWindow(x: 63, y: 127, width: 1, height: 2), 160, 96),
    (PixelWindow(x: 190, y: 100, width: 100, height: 1), 96, 96),
    (PixelWindow(x: -16, y: -16, width: 17, height: 300), 224, 96),
  ]

  @Test(arguments: boxes.indices)
  func `is shown no farther than its halo, and gives the same`(_ index: Int) throws {
    let (box, height, width) = Self.boxes[index]
    let trimming = network(), whole = network(receptiveRadius: nil)
    let chip = chip(valid: box)
    let map = try segmenter(trimming).classify(chip)
    let expected = try segmenter(whole).classify(chip)
    #expect(trimming.shapes == [Shape(1, 1, height, width)])
    #expect(whole.shapes == [Shape(1, 1, 224, 224)])
    #expect(map.window == expected.window && map.classes.contains { $0 != 255 })
    #expect(map.classes == expected.classes)
    #expect(map.probabilities == expected.probabilities)
    #expect(map.coverage == expected.coverage)
  }

  @Test(arguments: [1, 2, 5])
  func `goes to the network with others of its size`(batch: Int) throws {
    let network = network(margin: 8, takesBatches: true)
    let chips = [0, 1, 2, 1, 1, 1, 3, 3].map { chip(valid: Self.boxes[$0].box) }
    let maps = try segmenter(network, batch: batch).classify(
      chips.map { Segmenter.Request(chip: $0) })
    let single = try segmenter(self.network(margin: 8))
    let expected = try chips.map { try single.classify($0) }
    #expect(maps.map(\.classes) == expected.map(\.classes))
    #expect(maps.map(\.probabilities) == expected.map(\.probabilities))
    #expect(network.shapes.map { $0[0] }.reduce(0, +) == chips.count)
    #expect(network.runCount == [1: 8, 2: 6, 5: 5][batch])
  }

  @Test func `is shown whole to a network of one size, or one that sees without a bound`() throws {
    let corner = chip(valid: PixelWindow(x: 0, y: 0, width: 9, height: 9))
    for network in [network(side: 224), network(receptiveRadius: nil)] {
      _ = try segmenter(network).classify(corner)
      #expect(network.shapes == [Shape(1, 1, 224, 224)])
    }
  }

  @Test func `is shown whole to a network that will not have less`() throws {
    let network = network(insistsOn: 224)
    let map = try segmenter(network).classify(
      chip(valid: PixelWindow(x: 0, y: 0, width: 9, height: 9)))
    #expect(network.shapes == [Shape(1, 1, 224, 224)])
    #expect(map.coverage.count { $0 == Coverage.mapped.rawValue } == 81)
  }
}
