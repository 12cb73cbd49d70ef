import CKernels
import Tensors

/// What a program takes and gives, found by following shapes of several sizes through it.
struct Survey {
  /// The input's extents: free where the file leaves them free and the graph agrees.
  let inputExtents: [Int?]
  /// The output's extents, free where they follow the input's.
  let outputExtents: [Int?]
  /// The smallest step of the sides for which the output grows evenly with the input.
  let sizeMultiple: Int
  /// How far an output pixel sees, in pixels; nil where that has no bound.
  let receptiveRadius: Int?

  init(
    _ program: Program, _ input: ValueDescription, _ type: ElementType, _ kernels: mw_kernels
  ) throws(GraphFault) {
    let probe = try Probe(program, input, type, kernels)
    let (free, multiple) = probe.freeAxes()
    sizeMultiple = multiple
    inputExtents = probe.declared.indices.map { axis in
      axis == 0 ? probe.declared[0] : free.contains(axis) ? nil : probe.fitting[axis]
    }
    outputExtents = probe.outputExtents(free: free, multiple: multiple)
    receptiveRadius = probe.radius(free: free, multiple: multiple)
  }
}

/// A program and a first input shape that fits it, from which others are tried.
private struct Probe {
  /// Sides tried for a model that leaves them free, the likeliest first.
  static let sides = [256, 512, 224, 384, 128, 64, 640, 1024, 320, 96, 448, 518, 336, 32]

  let program: Program
  let name: String
  let type: ElementType
  let kernels: mw_kernels
  /// The input's extents as the file declares them.
  let declared: [Int?]
  /// The axes of rows and columns.
  let axes: [Int]
  /// The first extents that fit.
  private(set) var fitting: [Int] = []
  /// The output's shape for them.
  private(set) var outputShape = Shape()

  init(
    _ program: Program, _ input: ValueDescription, _ type: ElementType, _ kernels: mw_kernels
  ) throws(GraphFault) {
    self.program = program
    name = input.name
    self.type = type
    self.kernels = kernels
    declared = input.extents ?? [nil, nil, nil, nil]
    axes = Self.spatialAxes(declared)
    try fit()
  }

  /// The axes of rows and columns: the last two, or the middle ones where channels come last.
  private static func spatialAxes(_ extents: [Int?]) -> [Int] {
    guard extents.count == 4 else {
      return extents.count >= 3 ? [extents.count - 2, extents.count - 1] : []
    }
    let isChannelsLast = extents[3].map { $0 <= 16 } ?? false
    return isChannelsLast && extents[1].map({ $0 > 16 }) ?? true ? [1, 2] : [2, 3]
  }

  /// Follows the shapes of all values from an input's.
  func follow(_ extents: [Int]) throws(GraphFault) -> Shaped {
    let fact = Fact(type, try Shape(checking: extents, of: type))
    return try Shaped(program, inputs: [name: fact], kernels)
  }

  /// The output's shape for an input of these extents; nil when they do not fit.
  private func output(for extents: [Int]) -> Shape? {
    (try? follow(extents))?.facts[program.outputs[0]]?.shape
  }

  /// Tries likely extents until some fit.
  private mutating func fit() throws(GraphFault) {
    var firstFault: GraphFault?
    let hasFreeChannels = declared.indices.contains {
      $0 != 0 && !axes.contains($0) && declared[$0] == nil
    }
    let sides = axes.allSatisfy { declared[$0] != nil } ? [0] : Self.sides
    for channels in hasFreeChannels ? [3, 1, 4, 2, 6, 8, 12, 13] : [3] {
      for side in sides {
        fitting = declared.indices.map { axis in
          declared[axis] ?? (axes.contains(axis) ? side : axis == 0 ? 1 : channels)
        }
        do throws(GraphFault) {
          guard let shape = try follow(fitting).facts[program.outputs[0]]?.shape else {
            throw .contradiction("the output has no shape")
          }
          outputShape = shape
          return
        } catch {
          if case .unsupported = error { throw error }
          firstFault = firstFault ?? error
        }
      }
    }
    throw firstFault ?? .contradiction("no input shape fits")
  }

  /// The axes whose length is free, and the step both must keep to.
  func freeAxes() -> (axes: Set<Int>, multiple: Int) {
    var free: Set<Int> = []
    var multiple = 1
    for axis in axes where declared[axis] == nil {
      guard let doubled = output(axis, 2 * fitting[axis]) else { continue }
      let step = (1...256).first { step in
        let lengths = [3, 4, 7].map { ((256 + step - 1) / step + $0) * step }
        return lengths.allSatisfy { growsEvenly(axis, $0, doubled) }
      }
      guard let step else { continue }
      free.insert(axis)
      multiple = leastCommonMultiple(multiple, step)
    }
    return (free, multiple)
  }

  /// The output's shape when one side of the input has another length.
  private func output(_ axis: Int, _ length: Int) -> Shape? {
    var extents = fitting
    extents[axis] = length
    return output(for: extents).flatMap { $0.rank == outputShape.rank ? $0 : nil }
  }

  /// Whether the output grows evenly with a side, as it does when the side is doubled.
  private func growsEvenly(_ axis: Int, _ length: Int, _ doubled: Shape) -> Bool {
    guard let shape = output(axis, length) else { return false }
    let side = fitting[axis]
    return shape.extents.indices.allSatisfy { place in
      (shape[place] - outputShape[place]) * side
        == (doubled[place] - outputShape[place]) * (length - side)
    }
  }

  /// The output's extents, free where they change with the input's.
  func outputExtents(free: Set<Int>, multiple: Int) -> [Int?] {
    var open: [Int?] = outputShape.extents
    if declared.first == .some(nil), outputShape.rank > 0, outputShape[0] == 1 { open[0] = nil }
    for axis in free.sorted() {
      var extents = fitting
      extents[axis] += multiple
      guard let other = output(for: extents) else { continue }
      for place in open.indices where other[place] != outputShape[place] { open[place] = nil }
    }
    return open
  }

  /// How far an output pixel sees along any axis, measured on a picture too large to be seen whole.
  func radius(free: Set<Int>, multiple: Int) -> Int? {
    var radius = 0
    for axis in axes {
      var extents = fitting
      if free.contains(axis) { extents[axis] = (2048 + multiple - 1) / multiple * multiple }
      guard let shaped = try? follow(extents),
        let reach = Reach.radius(shaped, from: name, axis: axis, to: program.outputs[0])
      else { return nil }
      radius = max(radius, reach)
    }
    return axes.isEmpty ? nil : radius
  }
}

private func leastCommonMultiple(_ a: Int, _ b: Int) -> Int {
  var (p, q) = (a, b)
  while q != 0 { (p, q) = (q, p % q) }
  return a / p * b
}
