package import Foundation
import SwiftProtobuf
public import Tensors

/// A model as its file holds it: graph, weights and metadata, checked but not yet compiled.
///
/// Files are not trusted: sizes, shapes and types are checked before memory is taken for them.
public struct ModelFile: Sendable {
  /// Where it was read from.
  public let path: String
  /// The program that wrote it, such as `pytorch 2.6.0`; empty where the file does not say.
  public let producer: String
  /// The version of the ONNX operator set that the graph speaks.
  public let opset: Int
  /// What the file says of itself (`metadata_props`), in the file's order.
  public let metadata: [(key: String, value: String)]
  let graph: Graph

  /// Reads a model from a file.
  ///
  /// - Throws: ``NetworkError/cannotRead(path:reason:)`` when the file is absent or no ONNX model,
  ///   ``NetworkError/unsupported(path:findings:)`` for weights outside the file or of other types.
  public init(reading path: String) throws(NetworkError) {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
      let reason = FileManager.default.fileExists(atPath: path) ? "cannot be read" : "no such file"
      throw .cannotRead(path: path, reason: reason)
    }
    try self.init(data, path: path)
  }

  /// Reads a model from bytes; the path serves messages only.
  package init(_ data: Data, path: String) throws(NetworkError) {
    let proto: Onnx_ModelProto
    do {
      proto = try Onnx_ModelProto(serializedBytes: data)
    } catch {
      throw .cannotRead(path: path, reason: "not an ONNX model: protobuf says \(error)")
    }
    guard proto.hasGraph, !proto.opsetImport.isEmpty else {
      throw .cannotRead(path: path, reason: "not an ONNX model: it has no graph or no operator set")
    }
    self.path = path
    producer = [proto.producerName, proto.producerVersion].filter { !$0.isEmpty }
      .joined(separator: " ")
    metadata = proto.metadataProps.map { ($0.key, $0.value) }
    opset = Int(
      clamping: proto.opsetImport.first { ["", "ai.onnx"].contains($0.domain) }?.version ?? 0)
    guard proto.functions.isEmpty else {
      throw .unsupported(path: path, findings: ["functions defined in the model"])
    }
    do {
      graph = try readGraph(proto.graph)
    } catch {
      switch error {
      case .unsupported(let finding): throw .unsupported(path: path, findings: [finding])
      case .contradiction(let reason): throw .cannotRead(path: path, reason: reason)
      }
    }
  }

  /// The pictures the model takes: its inputs without weights.
  public var inputs: [TensorDescription] { graph.inputs.map(\.asTensor) }
  /// What the model gives.
  public var outputs: [TensorDescription] { graph.outputs.map(\.asTensor) }
  /// The number of weights.
  public var parameterCount: Int { graph.constants.values.reduce(0) { $0 + $1.shape.count } }

  /// The operators it uses and how often, by name.
  public var operators: [(name: String, count: Int)] {
    var counts: [String: Int] = [:]
    for node in graph.nodes { counts[node.operatorName, default: 0] += 1 }
    return counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The value of the first metadata pair with this key.
  public func metadata(_ key: String) -> String? { metadata.first { $0.key == key }?.value }
}

extension ValueDescription {
  var asTensor: TensorDescription { TensorDescription(name: name, extents: extents ?? []) }
}
