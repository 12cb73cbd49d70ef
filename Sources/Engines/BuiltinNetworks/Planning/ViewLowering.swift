import Tensors

/// Turns transposes, reshapes and cuts into views, and products with constant weights into products
/// of planes that read through them.
///
/// Instructions are taken in order. A value is either stored under its own name, or a view of a
/// stored one; what cannot read a view gets a copy. After a product with weights values lie as
/// planes, `[…, C, P]`, whatever the graph calls their axes.
struct ViewLowering {
  typealias Instruction = Shaped.Instruction

  let graph: Lowering
  /// The instructions so far; nil where one was taken into another.
  private(set) var made: [Instruction?] = []
  private(set) var facts: [String: Fact]
  /// Where a value is found that is not stored under its own name.
  private var views: [String: (source: String, view: View)] = [:]
  /// Which of `made` makes a stored value.
  private var makers: [String: Int] = [:]
  /// The graph's name of a stored value that has another name.
  private var owners: [String: String] = [:]
  /// How many instructions really read a value of the graph, views of it included.
  private let readers: [String: Int]

  var instructions: [Instruction] { made.compactMap(\.self) }

  init(_ graph: Lowering) throws(GraphFault) {
    self.graph = graph
    facts = graph.facts
    readers = Self.countReaders(graph)
    for instruction in graph.instructions { try lower(instruction) }
    for name in graph.outputs where views[name] != nil { _ = try store(name) }
  }

  private static func countReaders(_ graph: Lowering) -> [String: Int] {
    var readers: [String: Int] = [:]
    for name in graph.outputs { readers[name, default: 0] += 1 }
    for instruction in graph.instructions.reversed() {
      let node = instruction.node
      let isView = node.operation is Reshaping || node.operation is Rearrangement
      let count = isView ? readers[node.outputs[0]] ?? 0 : 1
      for name in node.inputs where !name.isEmpty { readers[name, default: 0] += count }
    }
    return readers
  }

  private mutating func lower(_ instruction: Instruction) throws(GraphFault) {
    let done =
      switch instruction.node.operation {
      case is Reshaping, is Rearrangement, is Slicing, is Splitting, is Gathering:
        try look(instruction)
      case let product as MatrixProduct: try multiply(instruction, product)
      case let normalization as Normalization: try normalize(instruction, normalization)
      case let attention as Attention: try attend(instruction, attention)
      case let arithmetic as Arithmetic: try combine(instruction, arithmetic)
      case is Elementwise, is Clip: try activate(instruction)
      case let convolution as Convolution: try convolve(instruction, convolution)
      default: false
      }
    if !done { try keep(instruction) }
  }

  // MARK: - Values

  /// The stored value and the view of it that a name stands for.
  func found(_ name: String) -> (source: String, view: View)? {
    views[name] ?? facts[name].map { (name, View($0.shape)) }
  }

  /// Adds an instruction whose result is stored; `view` tells how the graph's value is found in it,
  /// nil that it is that.
  mutating func emit(
    _ operation: any Operator, _ inputs: [String], as output: String, view: View? = nil,
    _ label: String
  ) throws(GraphFault) {
    let taken = Inputs<Fact>(inputs.map { facts[$0] })
    let results = try operation.outputs(of: taken)
    let isPlain = view.map { $0.isDense && $0.extents == results[0].shape.extents } ?? true
    let stored = isPlain ? output : fresh("\(output)/stored")
    let node = Program.Node(
      label: label, operation: operation, types: .any, inputs: inputs, outputs: [stored])
    facts[stored] = results[0]
    makers[stored] = made.count
    views[output] = isPlain ? nil : view.map { (stored, $0) }
    if !isPlain { owners[stored] = output }
    made.append(Instruction(node: node, inputs: taken, outputs: results))
  }

  /// A name that no value of the graph has.
  func fresh(_ name: String) -> String { facts[name] == nil ? name : fresh("\(name)'") }

  /// Remembers a further constant.
  mutating func remember(_ name: String, _ tensor: Tensor) { facts[name] = Fact(tensor) }

  /// Stores a value under its own name, as the graph describes it.
  mutating func store(_ name: String) throws(GraphFault) -> String {
    guard let (source, view) = views[name] else { return name }
    try emit(ViewCopy(view: view), [source], as: name, "\(name), moved")
    return name
  }

  /// The instruction as it was, on stored values.
  mutating func keep(_ instruction: Instruction) throws(GraphFault) {
    for name in instruction.node.inputs where !name.isEmpty { _ = try store(name) }
    for name in instruction.node.outputs where !name.isEmpty { makers[name] = made.count }
    made.append(instruction)
  }

  /// The operator that makes a value, where it is of a kind and this value alone is read, whole and
  /// once.
  func onlyMaker<Kind: Operator>(of name: String, _ kind: Kind.Type) -> (place: Int, Kind)? {
    guard let source = found(name)?.source, readers[owners[source] ?? source] == 1, isWhole(name),
      let place = makers[source], let operation = made[place]?.node.operation as? Kind
    else { return nil }
    return (place, operation)
  }

  /// Whether a name sees every element of what it is a view of, once.
  func isWhole(_ name: String) -> Bool {
    guard let (source, view) = found(name), let count = facts[source]?.shape.count else {
      return false
    }
    return view.covers(count)
  }

  /// Takes an instruction out, to be put back in another form.
  mutating func take(_ place: Int) -> Instruction? {
    defer { made[place] = nil }
    return made[place]
  }

  // MARK: - Operators that only look

  private mutating func look(_ instruction: Instruction) throws(GraphFault) -> Bool {
    let node = instruction.node
    guard let (source, view) = found(node.inputs[0]), facts[source]?.constant == nil,
      view.count > 0
    else { return false }
    var results: [View?] = []
    switch node.operation {
    case is Reshaping: results = [view.reshaped(to: instruction.outputs[0].shape.extents)]
    case let rearrangement as Rearrangement:
      guard case .transpose(let order) = rearrangement.kind else { return false }
      results = [view.permuted(order ?? Array(view.extents.indices.reversed()))]
    case let splitting as Splitting:
      let axis = splitting.axis < 0 ? splitting.axis + view.rank : splitting.axis
      var start = 0
      for output in instruction.outputs {
        results.append(view.slicing(axis, from: start, count: output.shape[axis]))
        start += output.shape[axis]
      }
    case let slicing as Slicing:
      guard let parts = try? slicing.parts(of: instruction.inputs),
        parts.allSatisfy({ $0.step > 0 })
      else { return false }
      results = [
        parts.enumerated().reduce(view) {
          $0.slicing(
            $1.offset, from: $1.element.start, count: $1.element.count, step: $1.element.step)
        }
      ]
    case let gathering as Gathering:
      guard let entry = instruction.inputs[1], entry.shape.rank == 0, let index = entry.integers?[0]
      else { return false }
      let axis = gathering.axis < 0 ? gathering.axis + view.rank : gathering.axis
      results = [view.selecting(index < 0 ? index + view.extents[axis] : index, of: axis)]
    default: return false
    }
    guard results.allSatisfy({ $0 != nil && $0?.count != 0 }) else { return false }
    for (name, result) in zip(node.outputs, results) where !name.isEmpty {
      guard let result else { continue }
      views[name] = (source, result)
    }
    return true
  }
}
