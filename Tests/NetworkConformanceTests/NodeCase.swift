import CKernels
import Foundation
import SwiftProtobuf
import Tensors

@testable import BuiltinNetworks

/// One of ONNX's own tests of a single operator: a model, inputs and the outputs expected.
struct NodeCase {
  let name: String
  let model: ModelFile
  let inputs: [String: Tensor]
  let expected: [(name: String, tensor: Tensor?)]
  /// Why an expected output cannot be read.
  let unreadable: String?

  /// What came of running a case.
  enum Outcome: Equatable {
    case agrees
    case unclaimed(String)
    case differs(String)
  }

  init(folder: URL) throws {
    name = folder.lastPathComponent
    model = try ModelFile(reading: folder.appendingPathComponent("model.onnx").path)
    let data = folder.appendingPathComponent("test_data_set_0")
    let proto = try Onnx_ModelProto(
      serializedBytes: Data(contentsOf: folder.appendingPathComponent("model.onnx")))
    var inputs: [String: Tensor] = [:]
    for (number, input) in proto.graph.input.enumerated() {
      inputs[input.name] = try Self.tensor(data.appendingPathComponent("input_\(number).pb"))
    }
    self.inputs = inputs
    var expected: [(name: String, tensor: Tensor?)] = []
    var unreadable: String?
    for (number, output) in proto.graph.output.enumerated() {
      do {
        let tensor = try Self.tensor(data.appendingPathComponent("output_\(number).pb"))
        expected.append((output.name, tensor))
      } catch {
        expected.append((output.name, nil))
        unreadable = (error as? GraphFault)?.reason ?? "an output that is no tensor"
      }
    }
    (self.expected, self.unreadable) = (expected, unreadable)
  }

  private static func tensor(_ url: URL) throws -> Tensor {
    try readTensor(Onnx_TensorProto(serializedBytes: Data(contentsOf: url)))
  }

  /// Runs the case by the fast engine and by the reference and compares both with what is expected.
  func run(_ kernels: mw_kernels) -> Outcome {
    var refusal: String?
    var isCompared = false
    for output in expected {
      guard let wanted = output.tensor else { continue }
      do {
        for result in try results(output.name, kernels) {
          isCompared = true
          if let difference = difference(result, wanted) {
            return .differs("\(output.name): \(difference)")
          }
        }
      } catch let fault as GraphFault {
        if case .contradiction(let reason) = fault { return .differs("refused: \(reason)") }
        refusal = refusal ?? fault.reason
      } catch NetworkError.unsupported(_, let findings) {
        refusal = refusal ?? findings.joined(separator: "; ")
      } catch {
        return .differs("\(error)")
      }
    }
    return isCompared ? .agrees : .unclaimed(refusal ?? unreadable ?? "no output")
  }

  /// The output by both ways.
  private func results(_ output: String, _ kernels: mw_kernels) throws -> [Tensor] {
    var graph = model.graph
    let program = try Program(graph, opset: model.opset, outputs: [output], path: name)
    // What an operator must know before it runs becomes a constant, as it is in real models.
    let parameters = Set(
      program.nodes.flatMap { node in
        node.operation.parameters.compactMap { $0 < node.inputs.count ? node.inputs[$0] : nil }
      })
    var frozen = parameters.intersection(inputs.keys)
    if !parameters.subtracting(frozen).isEmpty {
      frozen.formUnion(inputs.filter { $0.value.type != .float32 }.keys)
    }
    for name in frozen { graph.constants[name] = inputs[name] }
    graph.inputs.removeAll { frozen.contains($0.name) }
    var frozenProgram = try Program(graph, opset: model.opset, outputs: [output], path: name)
    let reference = try frozenProgram.evaluate(inputs.filter { !frozen.contains($0.key) })
    try frozenProgram.foldConstants(kernels)
    frozenProgram.fuse()
    let facts = inputs.filter { !frozen.contains($0.key) }.mapValues { Fact($0.type, $0.shape) }
    let shaped = try Shaped(frozenProgram, inputs: facts, kernels)
    let names = facts.keys.sorted().filter { name in
      shaped.instructions.contains { $0.node.inputs.contains(name) } || name == output
    }
    let lowered = try Lowering.apply(to: shaped, outputs: [output], weights: PackedWeights())
    let plan = try Plan(
      lowered, inputs: names, outputs: [output], kernels, memoryLimit: 1 << 30,
      cacheBytes: Int(mw_cache_bytes()))
    for name in names {
      guard let place = plan.inputs[name], let tensor = inputs[name] else { continue }
      place.address.copyMemory(from: tensor.address, byteCount: place.fact.bytes)
    }
    plan.run()
    guard let place = plan.outputs[output], let oracle = reference[output] else { return [] }
    return withExtendedLifetime(plan) {
      [
        Tensor(place.fact.type, place.shape) {
          $0.baseAddress?.copyMemory(from: place.address, byteCount: place.fact.bytes)
        },
        oracle,
      ]
    }
  }

  /// The first difference beyond |a − b| ≤ 1e-4 · max(1, |b|), in words.
  private func difference(_ got: Tensor, _ wanted: Tensor) -> String? {
    guard got.type == wanted.type, got.shape == wanted.shape else {
      return "\(got.type) \(got.shape) instead of \(wanted.type) \(wanted.shape)"
    }
    guard got.type == .float32 else {
      return got.integers == wanted.integers
        ? nil : "\(got.integers.prefix(8)) instead of \(wanted.integers.prefix(8))"
    }
    for (place, (a, b)) in zip(got.floats, wanted.floats).enumerated() {
      if a == b || (a.isNaN && b.isNaN) || abs(a - b) <= 1e-4 * max(1, abs(b)) { continue }
      return "[\(place)] \(a) instead of \(b)"
    }
    return nil
  }
}
