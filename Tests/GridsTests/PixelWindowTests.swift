import Grids
import Testing

@Suite struct `A window of pixels` {
  let window = PixelWindow(x: -2, y: 3, width: 10, height: 5)

  @Test func `is half-open`() {
    #expect(window.contains(x: -2, y: 3) && window.contains(x: 7, y: 7))
    #expect(!window.contains(x: 8, y: 3) && !window.contains(x: -2, y: 8))
  }

  @Test func `meets another in the pixels both hold`() {
    let other = PixelWindow(x: 5, y: 0, width: 10, height: 4)
    #expect(window.intersection(other) == PixelWindow(x: 5, y: 3, width: 3, height: 1))
    #expect(window.intersects(other) && other.intersects(window))
  }

  @Test func `has an empty meeting with one that only touches it`() {
    let neighbour = PixelWindow(x: 8, y: 3, width: 4, height: 5)
    #expect(window.intersection(neighbour).isEmpty)
    #expect(!window.intersects(neighbour))
  }

  @Test func `joins with another to the smallest that holds both`() {
    let other = PixelWindow(x: 20, y: 20, width: 1, height: 1)
    let joined = window.union(other)
    #expect(joined == PixelWindow(x: -2, y: 3, width: 23, height: 18))
    #expect(joined.contains(window) && joined.contains(other))
  }

  @Test func `is not changed by joining with nothing`() {
    #expect(window.union(PixelWindow(x: 99, y: 99, width: 0, height: 4)) == window)
    #expect(PixelWindow(x: 99, y: 99, width: 0, height: 4).union(window) == window)
  }

  @Test func `grows on every side, and is empty when shrunk too far`() {
    #expect(window.outset(by: 2) == PixelWindow(x: -4, y: 1, width: 14, height: 9))
    #expect(window.outset(by: -3).isEmpty)
  }
}
