import Tensors

/// Another way to look at a stored tensor: axes in another order, split, joined, or cut, without
/// moving an element.
struct View: Sendable, Hashable {
  /// Where the first element stands, in elements.
  var offset = 0
  private(set) var extents: [Int]
  /// The distance between neighbours along each axis, in elements.
  private(set) var strides: [Int]

  /// The tensor as it is stored.
  init(_ shape: Shape) { (extents, strides) = (shape.extents, shape.strides) }

  init(offset: Int = 0, _ extents: [Int], _ strides: [Int]) {
    precondition(extents.count == strides.count, "\(extents.count) axes, \(strides.count) strides")
    (self.offset, self.extents, self.strides) = (offset, extents, strides)
  }

  var rank: Int { extents.count }
  var count: Int { extents.reduce(1, *) }

  /// Whether the elements stand one after another from the first one on.
  var isDense: Bool {
    let dense = Shape(extents).strides
    return offset == 0
      && extents.indices.allSatisfy { extents[$0] == 1 || strides[$0] == dense[$0] }
  }

  /// The axes from the farthest neighbours to the nearest.
  var storageOrder: [Int] {
    extents.indices.sorted { (strides[$0], $1) > (strides[$1], $0) }
  }

  /// Whether every one of the first `count` elements is seen exactly once.
  func covers(_ count: Int) -> Bool {
    self.count == count && permuted(storageOrder).isDense
  }

  /// The axes in another order.
  func permuted(_ order: [Int]) -> View {
    View(offset: offset, order.map { extents[$0] }, order.map { strides[$0] })
  }

  /// The last two axes exchanged.
  var transposed: View {
    permuted(Array(0..<rank - 2) + [rank - 1, rank - 2])
  }

  /// One entry of an axis, which goes.
  func selecting(_ entry: Int, of axis: Int) -> View {
    var view = self
    view.offset += entry * strides[axis]
    view.extents.remove(at: axis)
    view.strides.remove(at: axis)
    return view
  }

  /// Every `step`th entry of an axis from one on.
  func slicing(_ axis: Int, from start: Int, count: Int, step: Int = 1) -> View {
    var view = self
    view.offset += start * strides[axis]
    view.extents[axis] = count
    view.strides[axis] *= step
    return view
  }

  /// The same elements in the same order under other extents; nil where one stride per axis does
  /// not do.
  func reshaped(to target: [Int]) -> View? {
    guard target.reduce(1, *) == count, count > 0 else { return nil }
    // Neighbouring axes that can be walked as one are one run.
    var runs: [(extent: Int, stride: Int)] = []
    for axis in extents.indices where extents[axis] != 1 {
      if let last = runs.last, last.stride == strides[axis] * extents[axis] {
        runs[runs.count - 1] = (last.extent * extents[axis], strides[axis])
      } else {
        runs.append((extents[axis], strides[axis]))
      }
    }
    var result: [Int] = []
    var rest = runs[...]
    var open = rest.popFirst() ?? (1, 1)
    for extent in target {
      guard extent != 1 else {
        result.append(0)
        continue
      }
      if open.extent == 1 { open = rest.popFirst() ?? (1, 1) }
      guard open.extent % extent == 0 else { return nil }
      open.extent /= extent
      result.append(open.stride * open.extent)
    }
    return View(offset: offset, target, result)
  }

  /// Where each element stands, in the order of the view.
  var offsets: [Int] {
    Indices(extents).map { index in
      offset + zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }
}
