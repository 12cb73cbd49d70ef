public import Foundation
import SwiftProtobuf
public import Tensors

/// Writes a float model's convolutions as bytes, by what its values are on a user's own pictures.
///
/// The result is an ONNX model in QDQ form: QuantizeLinear and DequantizeLinear around what runs in
/// bytes, weights symmetric with a scale per filter, activations in unsigned bytes. Other programs
/// that read ONNX run it too. Everything that is not a convolution's keeps its place, metadata as well.
public final class ModelQuantizer {
  /// What messages call the layers that can be written as bytes, in the order of the graph.
  public var layers: [String] { all.map(\.label) }

  private let path: String
  private let model: ModelFile
  private let proto: Onnx_ModelProto
  private let all: [QuantizableLayer]
  private let scheme: QuantizationScheme
  /// By the group's number.
  private var ranges: [Int: RangeStatistics] = [:]
  /// The mean of each channel of what layers take, by the tensor's name.
  private var means: [String: [Float]] = [:]

  /// Reads a model.
  ///
  /// - Throws: ``NetworkError`` when it cannot be read, is quantised already, holds no convolution
  ///   that can be, or speaks an operator set before 13.
  public init(reading path: String) throws(NetworkError) {
    self.path = path
    model = try ModelFile(reading: path)
    do {
      proto = try Onnx_ModelProto(serializedBytes: Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw .cannotRead(path: path, reason: "\(error)")
    }
    guard model.opset >= 13 else {
      throw .unsupported(
        path: path,
        findings: ["operator set \(model.opset); scales per filter came with operator set 13"])
    }
    guard !proto.graph.node.contains(where: { $0.opType == "QuantizeLinear" }) else {
      throw .unsupported(path: path, findings: ["QuantizeLinear: the model is quantised already"])
    }
    do {
      all = try QuantizableLayer.all(in: proto.graph)
    } catch {
      throw .unsupported(path: path, findings: [error.reason])
    }
    guard !all.isEmpty else {
      throw .unsupported(path: path, findings: ["no convolution with weights that are known"])
    }
    scheme = QuantizationScheme(proto.graph, all)
  }

  /// Learns from pictures, all of one shape, what values the model's tensors take.
  public func observe(_ pictures: [[Float]], shape: Shape) throws(NetworkError) {
    let inputs = all.map(\.input)
    let names = scheme.tensors + Set(inputs).subtracting(scheme.tensors).sorted()
    let observer: ActivationObserver
    do {
      observer = try ActivationObserver(
        model, input: model.inputs.first?.name ?? "", names: names, shape: shape)
    } catch {
      throw .cannotTake(shape: shape, reason: error.reason)
    }
    var sums: [String: [Double]] = [:]
    for picture in pictures {
      observer.observe(picture) { name, values, shape in
        if let group = self.scheme.groups[name] {
          self.ranges[group, default: RangeStatistics()].widen(values)
        }
        let plane = shape.count(2..<shape.rank)
        var sum = sums[name] ?? [Double](repeating: 0, count: shape[1])
        for channel in sum.indices {
          sum[channel] +=
            values[channel * plane..<(channel + 1) * plane].reduce(0.0) {
              $0 + Double($1)
            } / Double(plane * pictures.count)
        }
        sums[name] = sum
      }
    }
    for picture in pictures {
      observer.observe(picture) { name, values, _ in
        if let group = self.scheme.groups[name] { self.ranges[group]?.count(values) }
      }
    }
    means = sums.mapValues { $0.map { Float($0) } }
  }

  /// The quantised model, as the bytes of its file.
  ///
  /// - Parameters:
  ///   - clipping: How ranges are chosen.
  ///   - kept: The layers, by their place in ``layers``, that stay floats.
  /// - Precondition: ``observe(_:shape:)`` was called.
  public func quantized(_ clipping: Clipping, keeping kept: Set<Int> = []) throws -> Data {
    let chosen = all.indices.filter { !kept.contains($0) }.map { all[$0] }
    let part = QuantizationScheme(proto.graph, chosen)
    let grids = Dictionary(
      uniqueKeysWithValues: part.tensors.compactMap { name -> (String, ByteGrid)? in
        guard let group = scheme.groups[name], let range = ranges[group] else { return nil }
        return (name, range.grid(clipping))
      })
    var graph = QuantizedGraph(proto.graph)
    graph.quantize(part, grids: grids)
    for layer in chosen {
      let signed = layer.signedWeights
      let scale = part.source(of: layer).flatMap { grids[$0] }?.scale ?? 1
      let means = means[layer.input] ?? [Float](repeating: 0, count: layer.weights.shape[1])
      graph.quantize(
        layer, signed, bias: layer.correctedBias(signed, means: means), inputScale: scale)
    }
    var result = proto
    result.graph = graph.finished()
    return try result.serializedData()
  }
}

extension ModelFile {
  /// Reads a model from the bytes of a file; the path serves messages only.
  public init(bytes: Data, path: String) throws(NetworkError) { try self.init(bytes, path: path) }
}
