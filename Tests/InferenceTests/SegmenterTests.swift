import Grids
import Imagery
import Inference
import Testing

@Suite struct `A segmenter` {
  /// Gives the pixel as the probability of a building.
  let mirror = FakeNetwork(bands: 1, channels: 2) { $0 == 0 ? 1 - $1[0] : $1[0] }

  @Test func `keeps the core at its place`() throws {
    let map = try segmenter(mirror, scheme: plainBuildings).classify(chip { x, _ in Float(x) / 64 })
    #expect(map.window == PixelWindow(x: 640, y: -64, width: 64, height: 64))
    #expect((0..<64).allSatisfy { map.probabilities[$0] == UInt8((Float($0) * 3.125).rounded()) })
  }

  @Test func `keeps rows apart`() throws {
    let map = try segmenter(mirror, scheme: plainBuildings).classify(chip { _, y in Float(y) / 64 })
    #expect((0..<64 * 64).allSatisfy { map.classes[$0] == ($0 / 64 > 32 ? 1 : 0) })
  }

  @Test(arguments: [0, 8, 16])
  func `takes a smaller output for the centre`(_ margin: Int) throws {
    let network = FakeNetwork(bands: 1, channels: 2, margin: margin) { $0 == 0 ? 0.5 : $1[0] }
    let map = try segmenter(network, scheme: plainBuildings).classify(
      chip { x, y in Float(x + y) / 126 })
    #expect(
      (0..<64 * 64).allSatisfy { map.classes[$0] == ($0 / 64 + $0 % 64 > 63 ? 1 : 0) })
  }

  @Test func `does not ask the network where nothing is valid`() throws {
    let map = try segmenter(mirror, scheme: plainBuildings).classify(
      chip(valid: { x, _ in x < 0 }) { _, _ in 1 })
    #expect(map.coverage.allSatisfy { $0 == Coverage.nodata.rawValue })
    #expect(map.classes.allSatisfy { $0 == 255 } && map.probabilities.allSatisfy { $0 == 255 })
    #expect(mirror.runCount == 0)
  }

  @Test func `gives nodata in every layer where the picture is not valid`() throws {
    let map = try segmenter(mirror, scheme: plainBuildings, layers: [.published(0), .published(1)])
      .classify(chip(valid: { x, y in x != y }) { _, _ in 0.25 })
    for index in 0..<64 * 64 {
      let isValid = index % 64 != index / 64
      #expect(map.classes[index] == (isValid ? 0 : 255))
      #expect(map.probabilities[index] == (isValid ? 150 : 255))
      #expect(map.probabilities[64 * 64 + index] == (isValid ? 50 : 255))
      #expect(map.coverage[index] == (isValid ? Coverage.mapped : .nodata).rawValue)
    }
  }

  @Test func `leaves pixels outside the region and under clouds`() throws {
    var coverage = [UInt8](repeating: Coverage.mapped.rawValue, count: 64 * 64)
    coverage[65] = Coverage.outside.rawValue
    coverage[66] = Coverage.cloud.rawValue
    let map = try segmenter(mirror, scheme: plainBuildings).classify(
      chip(valid: { x, y in x != 2 || y != 1 }) { _, _ in 1 }, coverage: coverage)
    #expect(map.coverage[64...67] == [1, 0, 4, 1])
    #expect(map.classes[64...67] == [1, 255, 255, 1])
    #expect(map.probabilities[64...67] == [200, 255, 255, 200])
  }

  @Test func `does not ask the network where nothing is wanted`() throws {
    let map = try segmenter(mirror, scheme: plainBuildings).classify(
      chip { _, _ in 1 }, coverage: [UInt8](repeating: 0, count: 64 * 64))
    #expect(map.coverage.allSatisfy { $0 == Coverage.outside.rawValue })
    #expect(mirror.runCount == 0)
  }

  @Test func `says the same of a chip whatever it saw before`() throws {
    let reused = try segmenter(mirror, scheme: plainBuildings)
    _ = try reused.classify(chip { x, y in Float(x * y % 7) / 7 })
    let picture = chip(valid: { x, _ in x != 5 }) { x, y in Float(x + y) / 128 }
    let again = try reused.classify(picture)
    let fresh = try segmenter(mirror, scheme: plainBuildings).classify(picture)
    let areEqual = again.classes == fresh.classes && again.probabilities == fresh.probabilities
    #expect(areEqual)
  }

  @Test(arguments: [1, 2, 3, 16])
  func `says the same of chips in a batch as one by one`(batch: Int) throws {
    let network = FakeNetwork(bands: 1, channels: 2, takesBatches: true) {
      $0 == 0 ? 1 - $1[0] : $1[0]
    }
    let single = try segmenter(network, scheme: plainBuildings)
    let several = try Segmenter(
      network: network, layout: layout, bandCount: 1, scaling: PixelScaling(),
      scheme: plainBuildings, activation: .none, layers: [.published(1)], batch: batch)
    // Every third chip is empty and takes no place in the batch.
    let chips = (0..<7).map { number in
      chip(at: number * 64, 0, valid: { x, _ in number % 3 != 1 || x < 0 }) { x, y in
        Float((x + y * number) % 50) / 50
      }
    }

    let maps = try several.classify(chips.map { Segmenter.Request(chip: $0) })
    let expected = try chips.map { try single.classify($0) }
    #expect(several.batch == batch)
    #expect(maps.map(\.window) == expected.map(\.window))
    #expect(maps.map(\.classes) == expected.map(\.classes))
    #expect(maps.map(\.probabilities) == expected.map(\.probabilities))
    #expect(maps.map(\.coverage) == expected.map(\.coverage))
  }

  @Test func `gives a network that takes one picture no more than one`() throws {
    let single = try Segmenter(
      network: mirror, layout: layout, bandCount: 1, scaling: PixelScaling(),
      scheme: plainBuildings, activation: .none, layers: [], batch: 8)
    #expect(single.batch == 1)
  }

  @Test func `shows the network zero where the picture is not valid`() throws {
    let network = FakeNetwork(bands: 1, channels: 2) { $0 == 0 ? 0.5 : ($1[0].isNaN ? 1 : $1[0]) }
    var seen: [Float] = []
    let watcher = FakeNetwork(bands: 1, channels: 2) { channel, bands in
      if channel == 0 { seen.append(bands[0]) }
      return network.value(channel, bands)
    }
    let scaling = PixelScaling(scale: 0.5, mean: [10], std: [2])
    _ = try segmenter(watcher, scheme: plainBuildings, scaling: scaling).classify(
      chip(valid: { x, y in (x, y) == (0, 0) }) { x, y in (x, y) == (0, 0) ? 40 : .nan })
    #expect(seen.filter { $0 != 0 } == [5] && seen.count == 96 * 96)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func `refuses a valid pixel that is no number`(_ value: Float) throws {
    let window = PixelWindow(x: 624, y: -80, width: 96, height: 96)
    #expect(throws: SegmentationError.pictureNotFinite(window: window, band: 0)) {
      // The network would hide it.
      try segmenter(FakeNetwork(bands: 1, channels: 2) { _, _ in 0.5 }, scheme: plainBuildings)
        .classify(chip { x, y in (x, y) == (3, 5) ? value : 1 })
    }
  }

  @Test func `sees the same in bytes as in floats`() throws {
    let window = PixelWindow(x: -16, y: -16, width: 96, height: 96)
    let bytes = (0..<window.area).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let validity = ValidityMask(window: window, pixels: bytes.map { $0 % 5 == 0 ? 0 : 1 })
    let scaling = PixelScaling(scale: 1 / 255, mean: [0.445], std: [0.269])
    let kinds: [Samples] = [.bytes(bytes), .floats(bytes.map(Float.init))]
    let seen = try kinds.map { samples in
      var seen: [UInt32] = []
      let watcher = FakeNetwork(bands: 1, channels: 2) { _, bands in
        seen.append(bands[0].bitPattern)
        return bands[0]
      }
      let map = try segmenter(watcher, scheme: plainBuildings, scaling: scaling).classify(
        Chip(window: window, bandCount: 1, samples: samples, validity: validity))
      return (seen, [map.classes, map.probabilities, map.coverage])
    }
    #expect(Set(seen[0].0).count > 200)
    #expect(seen[0] == seen[1])
  }

  @Test func `refuses a scaling that makes no numbers of bytes`() throws {
    let window = PixelWindow(x: -16, y: -16, width: 96, height: 96)
    let picture = Chip(
      window: window, bandCount: 1, samples: .bytes([UInt8](repeating: 1, count: window.area)),
      validity: ValidityMask(window: window, isValid: true))
    #expect(throws: SegmentationError.pictureNotFinite(window: window, band: 0)) {
      try segmenter(
        FakeNetwork(bands: 1, channels: 2) { _, _ in 0.5 }, scheme: plainBuildings,
        scaling: PixelScaling(scale: 1e38)
      ).classify(picture)
    }
  }

  @Test func `scales each band by its own numbers`() throws {
    let window = PixelWindow(x: -16, y: -16, width: 96, height: 96)
    let pixels = [51, 102, 204].flatMap { [Float](repeating: $0, count: window.area) }
    let picture = Chip(
      window: window, bandCount: 3, samples: .floats(pixels),
      validity: ValidityMask(window: window, isValid: true))
    var seen: Set<[Float]> = []
    let watcher = FakeNetwork(bands: nil, channels: 2) { _, bands in
      seen.insert(bands)
      return 0
    }
    _ = try Segmenter(
      network: watcher, layout: layout, bandCount: 3,
      scaling: PixelScaling(scale: 1 / 255, mean: [0.2, 0.3, 0.4], std: [0.5, 0.25, 0.125]),
      scheme: plainBuildings, activation: .none, layers: []
    ).classify(picture)
    // (51/255 − 0.2) / 0.5, (102/255 − 0.3) / 0.25, (204/255 − 0.4) / 0.125
    let expected: [Float] = [0, 0.4, 3.2]
    #expect(seen.count == 1)
    #expect(seen.allSatisfy { bands in zip(bands, expected).allSatisfy { abs($0 - $1) < 1e-6 } })
  }
}
