import Testing

@testable import BuiltinNetworks

@Suite("arena: places that are needed at the same time never overlap")
struct ArenaTests {
  @Test("whatever the sizes and times", arguments: 0..<20)
  func disjoint(_ seed: Int) {
    var random = Randomness(seed)
    let leases = (0..<60).map { _ in
      let first = random.integer(0...40)
      return Arena.Lease(
        bytes: random.integer(0...5000), first: first, last: first + random.integer(0...9))
    }
    let arena = Arena(leases)
    for (index, a) in arena.leases.enumerated() {
      #expect(a.offset % 64 == 0)
      #expect(a.offset + a.bytes <= arena.bytes)
      for b in arena.leases[..<index] where a.first <= b.last && b.first <= a.last {
        #expect(a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset)
      }
    }
  }

  @Test("a chain of equal values takes two places")
  func chain() {
    let arena = Arena((0..<10).map { Arena.Lease(bytes: 64, first: $0, last: $0 + 1) })
    #expect(arena.bytes == 128)
  }
}
