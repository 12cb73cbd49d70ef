import Foundation
import TestSupport
import Tensors
import Testing

@testable import BuiltinNetworks

@Suite("quantised models of other programs")
struct QuantizedModelFileTests {
  private static let shape = Shape(1, 3, 24, 40)

  /// The picture that `Tests/Models/make-quantized.py` draws.
  private var picture: [Float] {
    var state: UInt32 = 1
    return (0..<Self.shape.count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return Float(state >> 8) / 8_388_608 - 1
    }
  }

  @Test(
    "give onnxruntime's results, but for values on the edge between two bytes",
    arguments: ["quantized-nncf", "quantized-onnxruntime"])
  func results(_ name: String) throws {
    let folder = Repository.root.appending(path: "Tests/Models")
    let model = try ModelFile(reading: folder.appending(path: "\(name).onnx").path)
    let result = try BuiltinNetwork(model).run(picture, Self.shape)
    let data = try Data(contentsOf: folder.appending(path: "\(name).f32"))
    var expected = [Float](repeating: 0, count: data.count / 4)
    expected.withUnsafeMutableBytes { _ = data.copyBytes(to: $0) }
    #expect(result.count == expected.count)

    let size = (expected.reduce(0) { $0 + $1 * $1 } / Float(expected.count)).squareRoot()
    let differences = zip(result, expected).map { abs($0 - $1) / size }
    let same = differences.count { $0 < 1e-4 }
    #expect((differences.max() ?? 0) < 0.05, "one step of one layer, seen through the others")
    #expect(same > expected.count * 8 / 10, "\(same) of \(expected.count)")
  }
}
