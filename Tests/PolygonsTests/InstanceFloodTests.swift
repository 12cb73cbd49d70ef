import Grids
import Polygons
import Testing

@Suite struct `Parting touching objects` {
  private let pair = Drawing(
    """
    .............
    .###########.
    .###########.
    .###########.
    .###########.
    .............
    """)

  private func contact(columns: ClosedRange<Int>, of drawing: Drawing) -> [UInt8] {
    drawing.values.indices.map { columns.contains($0 % drawing.window.width) ? 180 : 0 }
  }

  private func instances(of drawing: Drawing, contact: [UInt8]) -> [Component] {
    let component = drawing.components[0]
    return InstanceFlood.instances(
      of: component, patch: drawing.patch(of: component), contact: contact)
  }

  @Test func `contact between two seeds parts them`() {
    let parts = instances(of: pair, contact: contact(columns: 6...6, of: pair))

    #expect(parts.count == 2)
  }

  @Test func `contact belongs to neither part`() {
    let parts = instances(of: pair, contact: contact(columns: 6...7, of: pair))

    #expect(parts.map(\.pixelCount) == [20, 16])
  }

  @Test func `contact that ends inside a part, or lies in it, cuts nothing out of it`() {
    let rows = pair.window.width
    var contact = contact(columns: 6...7, of: pair)
    // A spur to the right, and a spot.
    for place in [(8, 2), (9, 2), (3, 3)] { contact[place.1 * rows + place.0] = 180 }

    let parts = instances(of: pair, contact: contact)

    #expect(parts.map(\.pixelCount) == [20, 16])
  }

  @Test func `faint contact is divided among the parts`() {
    var contact = contact(columns: 6...6, of: pair)
    for pixel in contact.indices where pixel % pair.window.width == 7 { contact[pixel] = 90 }

    let parts = instances(of: pair, contact: contact)

    #expect(parts.map(\.pixelCount) == [20, 20])
  }

  @Test func `a weak neck without contact does not part`() {
    let dumbbell = Drawing(
      """
      .............
      .####...####.
      .#####5#####.
      .####...####.
      .............
      """)
    let none = [UInt8](repeating: 0, count: dumbbell.values.count)

    #expect(instances(of: dumbbell, contact: none) == dumbbell.components)
  }

  @Test func `without contact a component stays whole`() {
    let parts = instances(of: pair, contact: [UInt8](repeating: 0, count: pair.values.count))

    #expect(parts == pair.components)
  }

  @Test func `contact without data counts as none`() {
    let parts = instances(of: pair, contact: [UInt8](repeating: 255, count: pair.values.count))

    #expect(parts == pair.components)
  }

  @Test func `a seed of a few pixels does not part`() {
    let parts = instances(of: pair, contact: contact(columns: 3...3, of: pair))

    #expect(parts.count == 1)
  }

  @Test func `the parts are the same wherever the component lies`() {
    let near = instances(of: pair, contact: contact(columns: 6...7, of: pair))
    var moved = pair
    moved.window.x = -1_000_003
    moved.window.y = 77
    let far = instances(of: moved, contact: contact(columns: 6...7, of: pair))

    #expect(
      far.map(\.canonicalPixel)
        == near.map {
          LatticePixel(x: $0.canonicalPixel.x - 1_000_003, y: $0.canonicalPixel.y + 77)
        })
  }
}
