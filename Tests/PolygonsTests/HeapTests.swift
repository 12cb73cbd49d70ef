import TestSupport
import Testing

@testable import Polygons

@Suite struct `A heap` {
  @Test func `gives what it holds in order, whatever came and went`() {
    var random = SeededGenerator(seed: 3)
    var heap = Heap<UInt64>()
    var held: [UInt64] = []
    for _ in 0..<2_000 {
      switch random.next() % 4 {
      case 0:
        held.sort()
        #expect(heap.removeLeast() == (held.isEmpty ? nil : held.removeFirst()))
      case 1 where !held.isEmpty:
        held.sort()
        held[0] = random.next() % 500
        heap.replaceLeast(with: held[0])
      default:
        held.append(random.next() % 500)
        heap.insert(held[held.count - 1])
      }
      #expect(heap.least == held.min() && heap.isEmpty == held.isEmpty)
    }
  }
}
