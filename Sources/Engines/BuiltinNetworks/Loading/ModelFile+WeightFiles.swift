import Foundation
import Glibc
import SwiftProtobuf

extension ModelFile {
  /// The files in which an ONNX model keeps weights outside its own, as paths in its folder: each once,
  /// sorted; none where it keeps none, or is no ONNX model.
  ///
  /// ``init(reading:)`` refuses such models; other engines take them. Places outside the model's folder,
  /// which ONNX forbids, are left out.
  ///
  /// Source: ONNX, `onnx.proto`, `TensorProto.external_data`.
  public static func weightFiles(ofModelAt path: String) -> [String] {
    guard
      let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe),
      // The key that every such place has: most models need not be parsed.
      data.holds("location"),
      let proto = try? Onnx_ModelProto(serializedBytes: data)
    else { return [] }
    var tensors: [Onnx_TensorProto] = []
    collect(proto.graph, into: &tensors)
    for function in proto.functions { collect(function.node, into: &tensors) }
    let places = tensors.filter { $0.dataLocation == .external }.compactMap { tensor in
      tensor.externalData.first { $0.key == "location" }?.value
    }
    return Set(places).sorted().filter { place in
      !place.isEmpty && !place.hasPrefix("/") && !place.split(separator: "/").contains("..")
    }
  }

  private static func collect(_ graph: Onnx_GraphProto, into tensors: inout [Onnx_TensorProto]) {
    tensors += graph.initializer
    tensors += graph.sparseInitializer.flatMap { [$0.values, $0.indices] }
    collect(graph.node, into: &tensors)
  }

  private static func collect(_ nodes: [Onnx_NodeProto], into tensors: inout [Onnx_TensorProto]) {
    for attribute in nodes.lazy.flatMap(\.attribute) {
      if attribute.hasT { tensors.append(attribute.t) }
      tensors += attribute.tensors
      if attribute.hasG { collect(attribute.g, into: &tensors) }
      for graph in attribute.graphs { collect(graph, into: &tensors) }
    }
  }
}

extension Data {
  /// Whether a word's bytes occur.
  fileprivate func holds(_ word: StaticString) -> Bool {
    withUnsafeBytes { bytes in
      guard var place = bytes.baseAddress else { return false }
      let (end, length) = (place + bytes.count, word.utf8CodeUnitCount)
      while let found = memchr(place, Int32(word.utf8Start[0]), end - place) {
        guard end - UnsafeRawPointer(found) >= length else { return false }
        if memcmp(found, word.utf8Start, length) == 0 { return true }
        place = UnsafeRawPointer(found) + 1
      }
      return false
    }
  }
}
