import Polygons
import Testing

@Suite struct `Directions` {
  @Test(arguments: [
    (1.0, 0.0, 0.0), (1, 1, 45), (0, 1, 90), (-1, 0, 180), (0, -2, -90), (1, -1, -45),
  ])
  func `angles in degrees are those of the vector`(x: Double, y: Double, degrees: Double) throws {
    let direction = try #require(Direction(of: Point(x: x, y: y)))

    #expect(abs(direction.degrees - degrees) < 1e-12)
  }

  @Test func `an angle with a known tangent is right to the last digits`() throws {
    let direction = try #require(Direction(of: Point(x: 4, y: 3)))

    // python3 -c "import math; print(repr(math.degrees(math.atan2(3, 4))))"
    #expect(abs(direction.degrees - 36.86989764584402) < 1e-12)
  }

  @Test(arguments: [(3.0, 4.0), (-3, 4), (-3, -4), (5, -1), (-1, 0)])
  func `twice half an angle is the angle`(x: Double, y: Double) throws {
    let direction = try #require(Direction(of: Point(x: x, y: y)))
    let again = direction.halved.doubled

    #expect(abs(again.x - direction.x) < 1e-15 && abs(again.y - direction.y) < 1e-15)
  }

  @Test func `points along a line are spread along it`() {
    // (0, 0), (3, 4), (6, 8) about their mean.
    let direction = Direction.principal(xx: 18, yy: 32, xy: 24)

    #expect(abs(direction.x - 0.6) < 1e-15 && abs(direction.y - 0.8) < 1e-15)
  }

  @Test func `a vector without length has no direction`() {
    #expect(Direction(of: Point(x: 0, y: 0)) == nil)
  }
}
