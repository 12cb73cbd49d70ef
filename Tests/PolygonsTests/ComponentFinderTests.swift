import Grids
import Polygons
import Testing

@Suite struct `Components` {
  @Test func `pixels that share a side belong together and corners do not connect`() {
    let drawing = Drawing(
      """
      ##..
      ..##
      ..#.
      """)

    #expect(drawing.components.map(\.pixelCount) == [2, 3])
  }

  @Test func `branches that meet further down are one component`() {
    let drawing = Drawing(
      """
      #.#.#
      #.#.#
      #####
      """)

    #expect(drawing.components.map(\.pixelCount) == [11])
    #expect(drawing.components[0].canonicalPixel == LatticePixel(x: 0, y: 0))
  }

  @Test func `components come in the order of their first pixels, row by row`() {
    let drawing = Drawing(
      """
      ...#
      .#.#
      .#..
      """, x: -5, y: 10)

    #expect(
      drawing.components.map(\.canonicalPixel) == [
        LatticePixel(x: -2, y: 10), LatticePixel(x: -4, y: 11),
      ])
  }

  @Test func `nodata belongs to no component`() {
    #expect(Drawing("??\n??").components.isEmpty)
  }

  @Test func `the threshold itself is inside`() {
    #expect(Drawing(".5.\n.4.").components.map(\.pixelCount) == [1])
  }

  @Test func `bounds hold every pixel`() {
    let drawing = Drawing(
      """
      ..#
      ###
      #..
      """, x: 7, y: 3)

    #expect(drawing.components[0].bounds == PixelWindow(x: 7, y: 3, width: 3, height: 3))
  }

  @Test func `a component on the outermost row reaches the edge`() {
    let drawing = Drawing(".#.\n.#.\n...")

    #expect(drawing.components[0].reachesEdge(of: drawing.window))
    #expect(!drawing.components[0].reachesEdge(of: drawing.window.outset(by: 1)))
  }

  @Test func `a component knows its pixels`() {
    let drawing = Drawing(
      """
      #.#
      ###
      """)
    let component = drawing.components[0]

    let found = (0..<6).map { component.contains(x: $0 % 3, y: $0 / 3) }

    #expect(found == [true, false, true, true, true, true])
  }
}
