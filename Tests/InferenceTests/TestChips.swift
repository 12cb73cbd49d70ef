import Grids
import Imagery
import Inference

/// Chips of 96 px that keep a core of 64 px.
let layout: ChipLayout = {
  do { return try ChipLayout(chip: 96, halo: 16) } catch { preconditionFailure("\(error)") }
}()

/// A chip of one band whose pixels are a function of their place in the core; the halo has
/// negative places.
func chip(
  at x: Int = 640, _ y: Int = -64, valid: (_ x: Int, _ y: Int) -> Bool = { _, _ in true },
  value: (_ x: Int, _ y: Int) -> Float
) -> Chip {
  let window = PixelWindow(x: x - 16, y: y - 16, width: 96, height: 96)
  let places = (0..<96 * 96).map { ($0 % 96 - 16, $0 / 96 - 16) }
  return Chip(
    window: window, bandCount: 1, samples: .floats(places.map { value($0.0, $0.1) }),
    validity: ValidityMask(window: window, pixels: places.map { valid($0.0, $0.1) ? 1 : 0 }))
}

/// Background, and buildings of which contact is a part.
let buildings = ClassScheme(
  published: [
    .init(name: "background", color: [0, 0, 0], channels: [0]),
    .init(name: "building", color: [230, 60, 60], channels: [1, 2]),
  ], contactChannel: 2)

/// Background and buildings, without contact.
let plainBuildings = ClassScheme(published: [
  .init(name: "background", color: [0, 0, 0], channels: [0]),
  .init(name: "building", color: [230, 60, 60], channels: [1]),
])

/// A segmenter of one band without scaling.
func segmenter(
  _ network: FakeNetwork, scheme: ClassScheme = buildings, activation: OutputActivation = .none,
  scaling: PixelScaling = PixelScaling(), layers: [ProbabilityLayer] = [.published(1)]
) throws(SegmentationError) -> Segmenter {
  try Segmenter(
    network: network, layout: layout, bandCount: 1, scaling: scaling, scheme: scheme,
    activation: activation, layers: layers)
}
