import Tensors

/// A part of a tensor, in steps: inputs x, starts, ends, axes, steps.
struct Slicing: Operator {
  /// Starts, ends and axes as attributes (operator sets before 10).
  var fixed: (starts: [Int], ends: [Int], axes: [Int]?)?

  static let claims = [
    Claim("Slice", inputs: 1...5, attributes: ["starts", "ends", "axes"], types: .any) {
      reader throws(GraphFault) in
      guard let starts = try reader.integers("starts"), let ends = try reader.integers("ends")
      else {
        return Slicing(fixed: nil)
      }
      return Slicing(fixed: (starts, ends, try reader.integers("axes")))
    }
  ]

  var parameters: [Int] { [1, 2, 3, 4] }

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    let x = try inputs.required(0)
    return [Fact(x.type, Shape(try parts(of: inputs).map(\.count)))]
  }

  /// Per axis of the input, the first index taken, the step and the number taken.
  func parts(of inputs: Inputs<Fact>) throws(GraphFault) -> [(start: Int, step: Int, count: Int)] {
    let shape = try inputs.required(0).shape
    guard let starts = fixed?.starts ?? inputs[1]?.integers,
      let ends = fixed?.ends ?? inputs[2]?.integers
    else { throw .contradiction("no starts or ends") }
    let axes = fixed?.axes ?? inputs[3]?.integers ?? Array(0..<starts.count)
    let steps = inputs[4]?.integers ?? [Int](repeating: 1, count: starts.count)
    guard starts.count == ends.count, axes.count == starts.count, steps.count == starts.count else {
      throw .contradiction("starts, ends, axes and steps of different lengths")
    }
    var parts = shape.extents.map { (start: 0, step: 1, count: $0) }
    for position in starts.indices {
      let axis = try shape.axis(axes[position])
      let step = steps[position].clampedLength
      guard step != 0 else { throw .contradiction("a step of 0") }
      let length = shape[axis]
      func place(_ index: Int, atLeast lowest: Int) -> Int {
        let index = index.clampedLength
        return min(max(index < 0 ? index + length : index, lowest), step > 0 ? length : length - 1)
      }
      let start = place(starts[position], atLeast: 0)
      let end = place(ends[position], atLeast: step > 0 ? 0 : -1)
      let room = step > 0 ? end - start : start - end
      let count = room <= 0 ? 0 : (room + abs(step) - 1) / abs(step)
      parts[axis] = (start, step, length == 0 ? 0 : count)
    }
    return parts
  }
}
