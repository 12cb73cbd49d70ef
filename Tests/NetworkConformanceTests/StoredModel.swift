import BuiltinNetworks
import Foundation
import OpenVINONetworks
import Tensors
import TestSupport
import Testing

/// A small network, and what onnxruntime gives for one picture: `stored.py` has made both.
struct StoredModel: CustomTestStringConvertible {
  let name: String
  /// The output that is wanted, where it is not the first.
  var output: String?
  /// The picture's extents.
  var shape = Shape(1, 3, 32, 32)
  /// How far results may differ: |a − b| ≤ tolerance · max(1, |b|).
  var tolerance: Float = 1e-4
  /// Whether the built-in engine, which reads ONNX and takes channels first, supports it.
  var isBuiltin = true
  /// The suffix of the file.
  var kind = "onnx"

  var testDescription: String { name }

  static let all = [
    StoredModel(name: "unet"), StoredModel(name: "segformer"),
    StoredModel(name: "two-outputs", output: "map"),
    StoredModel(name: "channels-last", isBuiltin: false),
    // Half floats have 11 binary digits.
    StoredModel(
      name: "half-floats", shape: Shape(1, 3, 24, 40), tolerance: 1e-3, isBuiltin: false),
    StoredModel(name: "foreign", isBuiltin: false),
    // An IR in bytes, and what OpenVINO's Python gives: another processor may round otherwise.
    StoredModel(name: "bytes", tolerance: 0.05, isBuiltin: false, kind: "xml"),
  ]

  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "Stored")

  var path: String { Self.folder.appending(path: "\(name).\(kind)").path }

  /// What onnxruntime gave, `[N, K, H, W]`.
  var expected: [Float] {
    get throws { try floats(in: Self.folder.appending(path: "\(name).f32")) }
  }

  /// The picture: numbers between −1 and 1, the same in every run and in `stored.py`.
  var picture: [Float] { drawnPicture(shape.count) }
}

/// Raw floats, as numpy writes them.
func floats(in file: URL) throws -> [Float] {
  let data = try Data(contentsOf: file)
  return [Float](unsafeUninitializedCapacity: data.count / 4) { buffer, count in
    count = data.copyBytes(to: buffer) / 4
  }
}

/// Numbers between −1 and 1, the same in every run.
func drawnPicture(_ count: Int) -> [Float] {
  var state: UInt32 = 9
  return (0..<count).map { _ in
    state = state &* 1_664_525 &+ 1_013_904_223
    return Float(state >> 8) / 8_388_608 - 1
  }
}

/// The engines that keep the promises of ``Network``; a further one joins here.
enum Engine: String, CaseIterable, CustomTestStringConvertible {
  case reference, builtin, openVINO
  /// Gives the same map for every picture: keeps every promise but that on values.
  case constant

  var testDescription: String { rawValue }

  /// OpenVINO where `make openvino` has put it, or where MAPWRIGHT_OPENVINO says; nil where it is not.
  static let library: OpenVINOLibrary? = {
    let named = ProcessInfo.processInfo.environment["MAPWRIGHT_OPENVINO"]
    let place = named ?? Repository.root.appending(path: ".build/openvino").path
    return try? OpenVINOLibrary.find(in: [place], asksLoader: false)
  }()

  /// Whether somebody says where OpenVINO is.
  static let isPromised: Bool = {
    let named = ProcessInfo.processInfo.environment["MAPWRIGHT_OPENVINO"]
    return named != nil && named != "/nowhere"
  }()

  static var available: [Engine] { allCases.filter { $0 != .openVINO || library != nil } }

  func runs(_ model: StoredModel) -> Bool { self == .openVINO || model.isBuiltin }

  /// Opens a model.
  func open(_ path: String, output: String? = nil, threads: Int = 1) throws -> any Network {
    switch self {
    case .reference: return try ReferenceNetwork(ModelFile(reading: path), outputNamed: output)
    case .builtin:
      return try BuiltinNetwork(
        ModelFile(reading: path), outputNamed: output, threads: threads)
    case .openVINO:
      return try OpenVINONetwork(
        #require(Self.library), reading: path, outputNamed: output,
        settings: OpenVINOSettings(streams: threads == 3 ? 3 : 1), threads: threads)
    case .constant:
      return ConstantNetwork(
        like: try BuiltinNetwork(ModelFile(reading: path), outputNamed: output))
    }
  }
}

/// A network that gives ½ everywhere.
final class ConstantNetwork: Network {
  let input: TensorDescription
  let output: TensorDescription
  let receptiveRadius: Int? = 0
  let sizeMultiple: Int
  private let model: BuiltinNetwork

  init(like model: BuiltinNetwork) {
    self.model = model
    (input, output, sizeMultiple) = (model.input, model.output, model.sizeMultiple)
  }

  func outputShape(for shape: Shape) throws(NetworkError) -> Shape {
    try model.outputShape(for: shape)
  }

  func run(
    _ input: Span<Float>, shape: Shape, into output: inout MutableSpan<Float>
  ) throws(NetworkError) {
    guard input.count == shape.count, try outputShape(for: shape).count == output.count else {
      throw .cannotTake(shape: shape, reason: "the values do not fit it")
    }
    for index in output.indices { output[index] = 0.5 }
  }
}

extension Network {
  /// What it gives for a picture.
  func map(of picture: [Float], _ shape: Shape) throws -> [Float] {
    var map = [Float](repeating: .nan, count: try outputShape(for: shape).count)
    var span = map.mutableSpan
    try run(picture.span, shape: shape, into: &span)
    return map
  }
}
