import CKernels
package import Tensors

/// The same models, computed operator by operator in plain loops.
///
/// The truth that the fast engine is tested against: slow, and it takes memory at every step.
package final class ReferenceNetwork: Network {
  package let input: TensorDescription
  package let output: TensorDescription
  package let receptiveRadius: Int?
  package let sizeMultiple: Int
  private let program: Program
  /// Tells shapes without computing.
  private let network: BuiltinNetwork

  /// Prepares a model, without folding or fusing anything.
  package init(
    _ model: ModelFile, outputNamed outputName: String? = nil
  ) throws(NetworkError) {
    network = try BuiltinNetwork(model, outputNamed: outputName)
    (input, output) = (network.input, network.output)
    (receptiveRadius, sizeMultiple) = (network.receptiveRadius, network.sizeMultiple)
    program = try Program(
      model.graph, opset: model.opset, outputs: [output.name], path: model.path)
  }

  package func outputShape(for shape: Shape) throws(NetworkError) -> Shape {
    try network.outputShape(for: shape)
  }

  package func run(
    _ input: Span<Float>, shape: Shape, into output: inout MutableSpan<Float>
  ) throws(NetworkError) {
    let values = input.withUnsafeBufferPointer { Array($0) }
    let result = try evaluate(Tensor(values, shape))
    guard result.shape.count == output.count else {
      throw .cannotTake(shape: shape, reason: "the output is \(result.shape)")
    }
    for index in 0..<result.shape.count { output[index] = result.floats[index] }
  }

  private func evaluate(_ picture: Tensor) throws(NetworkError) -> Tensor {
    do throws(GraphFault) {
      let results = try program.evaluate([input.name: picture])
      guard let result = results[output.name] else {
        throw GraphFault.contradiction("no output")
      }
      return result
    } catch {
      throw .cannotTake(shape: picture.shape, reason: error.reason)
    }
  }
}

extension Program {
  /// Every value of the program, by the reference implementations.
  func evaluate(_ inputs: [String: Tensor]) throws(GraphFault) -> [String: Tensor] {
    var values = constants
    values.merge(inputs) { $1 }
    for node in nodes {
      let taken = Inputs<Tensor>(node.inputs.map { values[$0] })
      _ = try node.outputFacts(taken.facts)
      let made = try node.operation.evaluate(taken)
      for (name, value) in zip(node.outputs, made) where !name.isEmpty { values[name] = value }
    }
    return values
  }
}
