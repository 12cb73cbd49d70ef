import Foundation
import SwiftProtobuf
import TestSupport
import Tensors
import Testing

@testable import BuiltinNetworks

@Suite("quantising a model")
struct ModelQuantizerTests {
  private static let shape = Shape(1, 3, 32, 32)

  /// A model on disk, and a quantiser that has seen pictures.
  private func quantizer(
    _ builder: ModelBuilder, in folder: TemporaryFolder, seed: Int = 1
  ) throws -> (ModelQuantizer, ModelFile, [[Float]]) {
    let path = folder.url.appending(path: "model.onnx").path
    var builder = builder
    var pair = Onnx_StringStringEntryProto()
    (pair.key, pair.value) = ("resolution", "30")
    builder.proto.metadataProps = [pair]
    try builder.proto.serializedData().write(to: URL(fileURLWithPath: path))
    var random = Randomness(seed)
    let pictures = (0..<3).map { _ in random.floats(Self.shape.count) }
    let quantizer = try ModelQuantizer(reading: path)
    try quantizer.observe(pictures, shape: Self.shape)
    return (quantizer, try ModelFile(reading: path), pictures)
  }

  /// The root of the mean squared difference of probabilities.
  private func error(_ data: Data, of model: ModelFile, on picture: [Float]) throws -> Double {
    let result = try BuiltinNetwork(ModelFile(bytes: data, path: "q.onnx")).run(picture, Self.shape)
    let wanted = try BuiltinNetwork(model).run(picture, Self.shape)
    let sum = zip(result, wanted).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    return (sum / Double(wanted.count)).squareRoot()
  }

  @Test("gives nearly the same results, with every way of choosing ranges")
  func close() throws {
    let folder = try TemporaryFolder()
    let (quantizer, model, pictures) = try quantizer(.unet(), in: folder)
    for clipping in Clipping.allCases {
      let data = try quantizer.quantized(clipping)
      #expect(try error(data, of: model, on: pictures[0]) < 0.01, "\(clipping)")
    }
  }

  @Test("what stays floats is computed in floats: nothing quantised, nothing changed")
  func keeping() throws {
    let folder = try TemporaryFolder()
    let (quantizer, model, pictures) = try quantizer(.unet(), in: folder)
    let all = Set(quantizer.layers.indices)
    #expect(quantizer.layers.count == 4)
    let untouched = try quantizer.quantized(.everything, keeping: all)
    #expect(try error(untouched, of: model, on: pictures[0]) == 0)
    let half = try quantizer.quantized(.everything, keeping: [0, 1])
    func dequantized(_ data: Data) throws -> Int? {
      let operators = try ModelFile(bytes: data, path: "q.onnx").operators
      return operators.first { $0.name == "DequantizeLinear" }?.count
    }
    // Weights and biases of two layers, and what they take: g's two parts, f's source, and j.
    #expect(try dequantized(half) == 8)
    #expect(try error(half, of: model, on: pictures[0]) > 0)
  }

  @Test("writes the same bytes every time, keeps the metadata, and runs in bytes")
  func deterministic() throws {
    let folder = try TemporaryFolder()
    let first = try quantizer(.unet(), in: folder).0.quantized(.leastError)
    let second = try quantizer(.unet(), in: folder).0.quantized(.leastError)
    #expect(first == second)
    let model = try ModelFile(bytes: first, path: "q.onnx")
    #expect(model.metadata("resolution") == "30")
    let counts = Dictionary(uniqueKeysWithValues: model.operators.map { ($0.name, $0.count) })
    #expect(counts["Conv"] == 4)
    // Weights and biases are dequantised too.
    #expect(counts["DequantizeLinear"] == (counts["QuantizeLinear"] ?? 0) + 8)
  }

  @Test("the bias makes up for rounded weights")
  func bias() {
    var random = Randomness(9)
    let layer = QuantizableLayer(
      node: 0, label: "conv", input: "x", weights: random.tensor([2, 3, 3, 3]), bias: [0.5, -1])
    let signed = layer.signedWeights
    let means: [Float] = [1, 2, 4]
    let corrected = layer.correctedBias(signed, means: means)
    for filter in 0..<2 {
      func mean(_ weight: (Int) -> Float) -> Float {
        (0..<27).reduce(0) { $0 + weight(filter * 27 + $1) * means[$1 / 9] }
      }
      let exact = mean { layer.weights.floats[$0] } + layer.bias[filter]
      let rounded = mean {
        Float(signed.values.integers[$0]) * signed.scales[filter]
      }
      #expect(abs(exact - rounded - corrected[filter]) < 1e-4)
    }
  }

  @Test("ranges hold what was seen, zero included, and least error clips a lonely outlier")
  func ranges() {
    let values = (0..<10_000).map { Float($0 % 100) / 100 }
    var range = RangeStatistics()
    (values + [40]).withUnsafeBufferPointer { range.widen($0) }
    [Float(40)].withUnsafeBufferPointer { range.count($0) }
    for _ in 0..<20 { values.withUnsafeBufferPointer { range.count($0) } }
    #expect(range.grid(.everything) == ByteGrid(scale: 40 / 255, zero: 0))
    // A share s of the range costs (40 (1 − s))² for the outlier and 200,000 (40 s / 255)² / 12 for
    // the rest: least at s = 0.8.
    #expect(abs(range.grid(.leastError).scale - 0.8 * 40 / 255) < 0.02 * 40 / 255)
    #expect(abs(range.grid(.percentile).scale - 1 / 255) < 0.1 / 255)
    var signed = RangeStatistics()
    [Float(-1), 3].withUnsafeBufferPointer { signed.widen($0) }
    #expect(signed.grid(.everything).zero == 64)
  }

  @Test("refuses what is quantised already")
  func twice() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "q.onnx").path
    try ModelBuilder.quantizedUnet(1).proto.serializedData().write(to: URL(fileURLWithPath: path))
    #expect(
      throws: NetworkError.unsupported(
        path: path, findings: ["QuantizeLinear: the model is quantised already"])
    ) { try ModelQuantizer(reading: path) }
  }
}
