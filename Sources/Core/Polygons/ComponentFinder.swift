public import Grids

/// Finds the components of a window: pixels with values in a range that share sides.
///
/// Components come in the order of their canonical pixels, and corners do not connect. The memory
/// is that of the runs, not of a label per pixel.
public struct ComponentFinder {
  private var runs: [PixelRun] = []
  /// For every run an earlier run of its component, or itself; the root is the first of all.
  private var parents: [Int32] = []

  private init() {}

  /// The components of a window of row-major values.
  ///
  /// - Parameters:
  ///   - values: One byte per pixel of `window`, row-major.
  ///   - window: Where the values lie on the lattice.
  ///   - range: The values that belong to components.
  /// - Precondition: `values.count == window.area`.
  /// - Complexity: O(pixels) plus nearly linear in the runs.
  public static func components(
    of values: [UInt8], in window: PixelWindow, where range: ClosedRange<UInt8>
  ) -> [Component] {
    precondition(values.count == window.area)
    var finder = ComponentFinder()
    var above = 0..<0
    values.withUnsafeBufferPointer { pixels in
      for row in 0..<window.height {
        let line = UnsafeBufferPointer(
          rebasing: pixels[row * window.width..<(row + 1) * window.width])
        above = finder.add(line, x: window.x, y: window.y + row, above: above, range: range)
      }
    }
    return finder.gathered()
  }

  /// Adds the runs of one row and joins them to those of the row above.
  private mutating func add(
    _ line: UnsafeBufferPointer<UInt8>, x left: Int, y: Int, above: Range<Int>,
    range: ClosedRange<UInt8>
  ) -> Range<Int> {
    let first = runs.count
    var candidate = above.lowerBound
    var x = 0
    while x < line.count {
      guard range.contains(line[x]) else {
        x += 1
        continue
      }
      let start = x
      while x < line.count, range.contains(line[x]) { x += 1 }
      let run = PixelRun(x: left + start, y: y, count: x - start)
      let index = runs.count
      runs.append(run)
      parents.append(Int32(index))
      while candidate < above.upperBound, runs[candidate].maxX <= run.x { candidate += 1 }
      var touching = candidate
      while touching < above.upperBound, runs[touching].x < run.maxX {
        join(touching, index)
        touching += 1
      }
    }
    return first..<runs.count
  }

  private mutating func join(_ a: Int, _ b: Int) {
    let rootA = root(of: a)
    let rootB = root(of: b)
    if rootA < rootB { parents[rootB] = Int32(rootA) } else { parents[rootA] = Int32(rootB) }
  }

  private mutating func root(of run: Int) -> Int {
    var current = run
    while Int(parents[current]) != current {
      let next = Int(parents[current])
      parents[current] = parents[next]
      current = next
    }
    return current
  }

  /// The runs of each component together, components in the order of their first runs.
  private mutating func gathered() -> [Component] {
    var numbers = [Int32](repeating: -1, count: runs.count)
    var members: [[PixelRun]] = []
    for index in runs.indices {
      let first = root(of: index)
      if first == index {
        numbers[index] = Int32(members.count)
        members.append([])
      }
      members[Int(numbers[first])].append(runs[index])
    }
    return members.map(Component.init(runs:))
  }
}
