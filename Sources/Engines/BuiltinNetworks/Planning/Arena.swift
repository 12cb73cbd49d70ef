/// Where every value of a plan stands in one block of memory, so that values which are never needed
/// at the same time share space.
struct Arena {
  /// A place that is needed from one instruction to another.
  struct Lease {
    var bytes: Int
    var first: Int
    var last: Int
    var offset = 0
  }

  /// The leases, with their offsets.
  private(set) var leases: [Lease]
  /// The size of the block, in bytes.
  private(set) var bytes = 0

  /// Places leases, the largest first.
  ///
  /// Each goes to the lowest offset that is free for as long as it is needed; offsets are multiples of 64.
  ///
  /// - Complexity: O(n² log n) in the number of leases.
  init(_ leases: [Lease]) {
    self.leases = leases
    let order = leases.indices.sorted {
      (leases[$0].bytes, $1) > (leases[$1].bytes, $0)
    }
    var placed: [Int] = []
    for index in order {
      let lease = leases[index]
      let rivals = placed.map { self.leases[$0] }
        .filter { $0.first <= lease.last && lease.first <= $0.last }
        .sorted { $0.offset < $1.offset }
      var offset = 0
      for rival in rivals {
        if offset + lease.bytes <= rival.offset { break }
        offset = max(offset, (rival.offset + rival.bytes + 63) / 64 * 64)
      }
      self.leases[index].offset = offset
      bytes = max(bytes, offset + lease.bytes)
      placed.append(index)
    }
  }
}
