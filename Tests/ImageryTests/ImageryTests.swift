import Grids
import Imagery
import Testing

@Suite struct `Pixels that know where they are` {
  let window = PixelWindow(x: 5, y: -5, width: 3, height: 2)

  @Test func `a mask counts what is valid`() {
    var mask = ValidityMask(window: window, isValid: false)
    #expect(mask.isEmpty && mask.validCount == 0)

    mask.pixels[4] = 1
    #expect(!mask.isEmpty && mask.validCount == 1)
  }

  @Test func `an unmapped class map is nodata everywhere`() {
    let map = ClassMap(window: window, layerCount: 2, coverage: .outside)

    #expect(map.classes == [UInt8](repeating: 255, count: 6))
    #expect(map.probabilities == [UInt8](repeating: 255, count: 12))
    #expect(map.coverage == [UInt8](repeating: 0, count: 6))
  }

  @Test func `a scheme speaks of as many channels as its largest`() {
    let scheme = ClassScheme(
      published: [
        .init(name: "background", color: [0, 0, 0], channels: [0]),
        .init(name: "building", color: [228, 87, 46], channels: [1, 2]),
      ], contactChannel: 2)
    #expect(scheme.channelCount == 3)
  }
}
