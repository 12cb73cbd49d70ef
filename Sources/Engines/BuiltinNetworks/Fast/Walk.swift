import CKernels

/// Builds a walk over an index space, merging axes that can be walked as one.
struct Walk {
  private var axes: [(extent: Int, a: Int, b: Int, c: Int, y: Int)] = []

  /// Adds axes, outermost first; a stride of 0 repeats.
  init(_ extents: [Int], a: [Int], b: [Int]? = nil, c: [Int]? = nil, y: [Int]) {
    for axis in extents.indices where extents[axis] != 1 {
      append((extents[axis], a[axis], b?[axis] ?? 0, c?[axis] ?? 0, y[axis]))
    }
    if axes.isEmpty { axes.append((1, 1, 1, 1, 1)) }
  }

  private mutating func append(_ next: (extent: Int, a: Int, b: Int, c: Int, y: Int)) {
    if let last = axes.last, last.a == next.a * next.extent, last.b == next.b * next.extent,
      last.c == next.c * next.extent, last.y == next.y * next.extent
    {
      axes[axes.count - 1] = (last.extent * next.extent, next.a, next.b, next.c, next.y)
    } else {
      axes.append(next)
    }
  }

  /// The walk as the kernels read it.
  var kernel: mw_walk {
    var walk = mw_walk()
    walk.rank = Int32(axes.count)
    fill(&walk.extent) { $0.extent }
    fill(&walk.a) { $0.a }
    fill(&walk.b) { $0.b }
    fill(&walk.c) { $0.c }
    fill(&walk.y) { $0.y }
    return walk
  }

  private func fill<Slots>(
    _ slots: inout Slots, _ value: ((extent: Int, a: Int, b: Int, c: Int, y: Int)) -> Int
  ) {
    withUnsafeMutableBytes(of: &slots) { bytes in
      let slots = bytes.assumingMemoryBound(to: Int64.self)
      precondition(axes.count <= slots.count, "a walk over more than 8 axes")
      for (position, axis) in axes.enumerated() { slots[position] = Int64(value(axis)) }
    }
  }
}
