import CKernels
import Tensors

/// Computes chosen values inside a model, picture by picture.
final class ActivationObserver {
  private let plan: Plan
  private let input: Binding
  private let names: [String]

  /// Prepares a model for pictures of one shape.
  init(_ model: ModelFile, input: String, names: [String], shape: Shape) throws(GraphFault) {
    let kernels = mw_best_kernels().pointee
    var program: Program
    do {
      program = try Program(model.graph, opset: model.opset, outputs: names, path: model.path)
    } catch {
      throw .unsupported("\(error)")
    }
    try program.foldConstants(kernels)
    program.fuse()
    program.transformWeights()
    let shaped = try Shaped(program, inputs: [input: Fact(.float32, shape)], kernels)
    plan = try Plan(
      shaped, inputs: [input], outputs: names, kernels, memoryLimit: 8 << 30, cacheBytes: 0)
    guard let binding = plan.inputs[input] else { throw .contradiction("no input '\(input)'") }
    self.input = binding
    self.names = names
  }

  /// Shows every value that a picture leads to.
  func observe(
    _ picture: [Float], _ body: (String, UnsafeBufferPointer<Float>, Shape) -> Void
  ) {
    precondition(picture.count == input.shape.count)
    picture.withUnsafeBytes { bytes in
      if let base = bytes.baseAddress {
        input.address.copyMemory(from: base, byteCount: bytes.count)
      }
    }
    plan.run()
    for name in names {
      guard let binding = plan.outputs[name] ?? plan.inputs[name] else { continue }
      body(
        name, UnsafeBufferPointer(start: binding.floats, count: binding.shape.count), binding.shape)
    }
  }
}
