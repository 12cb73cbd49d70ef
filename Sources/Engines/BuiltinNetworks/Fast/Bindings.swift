import CKernels
import Tensors

/// Where a value stands in memory, and what it is.
struct Binding {
  let fact: Fact
  let address: UnsafeMutableRawPointer

  /// The elements as floats.
  var floats: UnsafeMutablePointer<Float> { address.assumingMemoryBound(to: Float.self) }
  var shape: Shape { fact.shape }
}

/// The memory that a step works on: fixed when a plan is made.
struct Bindings {
  let inputs: [Binding?]
  let outputs: [Binding]
  let scratch: UnsafeMutableRawPointer
  let kernels: mw_kernels

  /// An input; nil where it is left out.
  subscript(position: Int) -> Binding? { position < inputs.count ? inputs[position] : nil }

  /// An input that the shape rule has required.
  func input(_ position: Int) -> Binding {
    guard let binding = self[position] else { preconditionFailure("checked by the shape rule") }
    return binding
  }

  /// The inputs as facts.
  var facts: Inputs<Fact> { Inputs<Fact>(inputs.map { $0?.fact }) }

  /// The inputs as known tensors; those that are only known when running are left out.
  var constants: Inputs<Tensor> { Inputs<Tensor>(inputs.map { $0?.fact.constant }) }
}

/// What the shape rule has proved cannot fail any more.
func proved<Value>(_ body: () throws -> Value) -> Value {
  do {
    return try body()
  } catch {
    preconditionFailure("the shape rule let through: \(error)")
  }
}
