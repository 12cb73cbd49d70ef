import Grids
import Polygons
import Testing

@Suite struct `Contours` {
  @Test func `a wall lies where the value crosses one half between two centres`() {
    let contours = Drawing(
      """
      .....
      .##7.
      .##7.
      .....
      """
    ).contours

    // Level 99.5 between 140 and 0, from the centre at 3.5: 3.5 + 40.5 / 140.
    let right = contours[0].outer.points.map(\.x).max()
    #expect(right == 3.5 + (140 - 99.5) / 140)
  }

  @Test func `there is one point for every side between inside and outside`() {
    #expect(Drawing("....\n.##.\n....").contours[0].outer.points.count == 6)
  }

  @Test func `a pixel alone is a small diamond`() {
    let contour = Drawing("...\n.#.\n...").contours[0]

    #expect(contour.outer.points.first == Point(x: 1.5, y: 1.5 - 100.5 / 200))
    #expect(contour.outer.points.count == 4)
  }

  @Test func `a courtyard is a hole`() {
    let contour = Drawing(
      """
      .......
      .#####.
      .#...#.
      .#...#.
      .#####.
      .......
      """
    ).contours[0]

    #expect(contour.holes.count == 1)
    #expect(contour.isValid(tolerance: 1e-9))
  }

  @Test func `rings meet nowhere where pixels touch in corners`() {
    let drawing = Drawing(
      """
      .......
      .####..
      .#..#..
      .#.##..
      .####..
      .#.##..
      .......
      """)

    #expect(drawing.contours.allSatisfy { $0.isValid(tolerance: 1e-9) })
  }

  @Test func `outline and holes run in opposite directions`() {
    let contour = Drawing(".....\n.###.\n.#.#.\n.###.\n.....").contours[0]

    #expect(contour.outer.signedArea * contour.holes[0].signedArea < 0)
  }

  @Test func `neighbours parted from one component share their wall`() throws {
    let drawing = Drawing("......\n.####.\n.####.\n......")
    let left = Component(runs: [PixelRun(x: 1, y: 1, count: 2), PixelRun(x: 1, y: 2, count: 2)])

    let contour = Contour.polygon(of: drawing.patch(of: left), at: 99.5)

    #expect(contour.outer.points.map(\.x).max() == 3)
  }

  @Test func `the contour is the same wherever the window began`() {
    let picture = ".....\n.##..\n.#6#.\n..##.\n....."
    let near = Drawing(picture)
    let far = Drawing(picture, x: -4_000_001, y: 9_000_003)

    let contours = [near, far].map { Contour.polygon(of: $0.patch(of: $0.components[0]), at: 99.5) }

    #expect(contours[0] == contours[1])
  }

  @Test func `towards nodata the wall lies at the pixel's side`() {
    let contour = Drawing("....\n.##?\n.##?\n....").contours[0]

    let right = contour.outer.points.map(\.x).max()
    #expect(right == 2.5 + (200 - 99.5) / 200)
  }
}
