import CKernels
import Tensors

/// Copies a tensor by one table per axis: output entry i of an axis is input entry `table[i]`,
/// and −1 is the filler.
struct TableCopy {
  private let tables: [[Int32]]
  private let x: Binding
  private let y: Binding
  private let filler: UnsafeMutableRawPointer?

  init(_ tables: [[Int32]], from x: Binding, to y: Binding, filler: UnsafeMutableRawPointer?) {
    (self.x, self.y, self.filler) = (x, y, filler)
    // At least one outer axis and the row.
    self.tables = [[Int32]](repeating: [0], count: max(2 - tables.count, 0)) + tables
  }

  /// The copy, row by row; a row equal to the one before it is copied from there.
  var step: Step {
    guard y.shape.count > 0, let last = tables.last else { return Step {} }
    let outer = Array(tables.dropLast())
    let rows = outer.reduce(1) { $0 * $1.count }
    let extents = [Int](repeating: 1, count: max(2 - x.shape.rank, 0)) + x.shape.extents
    let strides = Shape(extents).strides
    let size = x.fact.type.size
    // Where each output row comes from, in elements of x; −1 where it is all filler.
    var sources: [Int] = []
    sources.reserveCapacity(rows)
    for index in Indices(outer.map(\.count)) {
      var offset = 0
      for axis in outer.indices {
        let entry = Int(outer[axis][index[axis]])
        offset = entry < 0 || offset < 0 ? -1 : offset + entry * strides[axis]
      }
      sources.append(offset)
    }
    let (from, to, filler) = (x.address, y.address, filler)
    let rowBytes = last.count * size
    return Step { [sources] in
      for row in 0..<rows {
        let target = to + row * rowBytes
        if row > 0, sources[row] == sources[row - 1] {
          target.copyMemory(from: target - rowBytes, byteCount: rowBytes)
        } else {
          let source = sources[row] < 0 ? nil : from + sources[row] * size
          mw_take(Int64(size), source, last, Int64(last.count), filler, target)
        }
      }
    }
  }
}
