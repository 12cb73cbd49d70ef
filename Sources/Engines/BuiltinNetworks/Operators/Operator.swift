import Tensors

/// One step of a network, typed: what it makes of its inputs, told three times.
///
/// The shape rule (here), the truth in plain loops (`Reference/`), and the fast way (`Fast/`), one
/// file each per kind of operator.
protocol Operator: Sendable {
  /// Positions of inputs whose values must be known before anything runs, such as a shape.
  var parameters: [Int] { get }

  /// Types and shapes of the outputs; also their values where these follow from shapes alone.
  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact]

  /// Computes the outputs in plain loops: slow, obvious, the oracle of ``step(_:)``.
  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor]

  /// The space the fast way needs besides its inputs and outputs, in bytes.
  func scratchBytes(_ inputs: Inputs<Fact>, _ outputs: [Fact]) -> Int

  /// Whether the output may take the place of an input.
  var reuse: Reuse { get }

  /// The fast way, bound to its memory.
  func step(_ io: Bindings) -> Step

  /// Floating-point operations, a multiplication and an addition counting two.
  func operationCount(_ inputs: Inputs<Fact>, _ outputs: [Fact]) -> Int

  /// What the fast way does.
  func effort(_ inputs: Inputs<Fact>, _ outputs: [Fact]) -> Effort

  /// A word for the way it is computed.
  func kernelName(_ inputs: Inputs<Fact>) -> String
}

extension Operator {
  var parameters: [Int] { [] }
  var reuse: Reuse { .none }
  func scratchBytes(_ inputs: Inputs<Fact>, _ outputs: [Fact]) -> Int { 0 }
  func operationCount(_ inputs: Inputs<Fact>, _ outputs: [Fact]) -> Int { 0 }
  func effort(_ inputs: Inputs<Fact>, _ outputs: [Fact]) -> Effort {
    plainEffort(inputs, outputs)
  }
  func kernelName(_ inputs: Inputs<Fact>) -> String { "\(type(of: self))".lowercased() }
}

extension Operator {
  /// What is done where every operation of the graph is, and nothing is transformed.
  func plainEffort(_ inputs: Inputs<Fact>, _ outputs: [Fact]) -> Effort {
    let facts = inputs.all + outputs.map { $0 }
    return Effort(
      operations: operationCount(inputs, outputs),
      values: facts.reduce(0) { $0 + ($1?.bytes ?? 0) } / 4)
  }
}

/// How an operator's output relates to its inputs in memory.
enum Reuse {
  /// The output needs a place of its own.
  case none
  /// The output may overwrite an input of the same size, element by element.
  case inPlace
  /// The output is the first input under another shape: nothing is computed.
  case view
}

/// A node's inputs, some of which may be left out.
struct Inputs<Value: Sendable>: Sendable {
  let all: [Value?]

  init(_ all: [Value?]) { self.all = all }

  /// The input at a position, or nil where it is left out.
  subscript(position: Int) -> Value? { position < all.count ? all[position] : nil }

  /// The number of inputs given, left-out ones in between included.
  var count: Int { all.count }

  /// An input that must be there.
  func required(_ position: Int) throws(GraphFault) -> Value {
    guard let value = self[position] else { throw .contradiction("input \(position) is missing") }
    return value
  }
}

extension Inputs<Tensor> {
  /// The same inputs as facts.
  var facts: Inputs<Fact> { Inputs<Fact>(all.map { $0.map { Fact($0) } }) }
}

/// A piece of work, ready to run again and again without taking memory.
struct Step {
  private let body: () -> Void

  init(_ body: @escaping () -> Void) { self.body = body }

  /// Does the work.
  func callAsFunction() { body() }
}
