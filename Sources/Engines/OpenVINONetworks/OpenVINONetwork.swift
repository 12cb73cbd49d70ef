import COpenVINO
import Foundation
public import Tensors

/// A model run by OpenVINO: any operator it knows, on any device it reaches.
///
/// A picture is computed by itself, whatever its batch; several at once where there are several
/// streams. A model with open extents is reshaped to the chip and compiled for it at the first call;
/// the last two shapes are kept.
public final class OpenVINONetwork: OverlappingNetwork {
  /// The picture it takes, `[N, C, H, W]`, also where the model wants channels last.
  public let input: TensorDescription
  /// The map it gives, `[N, K, H, W]`, also where the model gives channels last.
  public let output: TensorDescription
  /// Nil: OpenVINO does not tell how far a pixel sees.
  public let receptiveRadius: Int? = nil
  /// What both sides of the input must be multiples of, in pixels, as tried.
  public private(set) var sizeMultiple = 1
  /// A slot for every stream, and one whose picture waits for the first that is free.
  public var slots: Int { settings.streams + 1 }
  /// What decides the bits of its results besides the model.
  public let profile: NumericProfile

  private let path: String
  private let graph: ModelGraph
  private let settings: OpenVINOSettings
  private let properties: [(key: String, value: String)]
  /// The pictures of one request: 1, or what the model insists on.
  private let batch: Int
  private var outputShapes: [Shape: Shape] = [:]
  private var compiled: [CompiledModel] = []
  /// What computes in each slot.
  private var underWay: [CompiledModel?]

  /// Reads a model.
  ///
  /// - Parameters:
  ///   - path: An ONNX model, an OpenVINO IR (`.xml`), or whatever else OpenVINO reads.
  ///   - outputName: Which output to give; nil takes the first float output of four axes.
  ///   - settings: How to compute.
  ///   - threads: Processor threads, for all streams together.
  ///   - cacheFolder: Where compiled models are kept, an absolute path; nil keeps none.
  ///   - memoryLimit: The memory of this machine, in bytes.
  ///   - instructionSet: What the processor offers, for the profile.
  /// - Throws: ``OpenVINOError`` or ``NetworkError``.
  public init(
    _ library: OpenVINOLibrary, reading path: String, outputNamed outputName: String? = nil,
    settings: OpenVINOSettings = OpenVINOSettings(), threads: Int = 1, cacheFolder: String? = nil,
    memoryLimit: Int = .max, instructionSet: String = "unknown"
  ) throws {
    let file = ModelOnDisk(path)
    try file.check(settings, memoryLimit: memoryLimit)
    (self.path, self.settings) = (path, settings)
    try Self.checkDevice(settings, library)
    graph = try ModelGraph(library, reading: path, outputNamed: outputName)
    (input, output) = (graph.input, graph.output)
    batch = input.extents.first.flatMap { $0 } ?? 1
    properties = settings.properties(threads: threads, cacheFolder: cacheFolder)
    underWay = Array(repeating: nil, count: settings.streams + 1)
    profile = NumericProfile(
      engine: "OpenVINO \(library.version)", blas: "not used", blasCore: "not used",
      instructionSet: instructionSet,
      device: Self.deviceName(settings, graph), precision: settings.precision.rawValue)
    sizeMultiple = triedMultiple()
  }

  /// The shape of the output for an input of this shape; compiles nothing.
  public func outputShape(for shape: Shape) throws(NetworkError) -> Shape {
    let parts = try parts(of: shape)
    var whole = try unitOutput(for: unit(shape))
    guard parts != 1 else { return whole }
    guard whole.rank > 0, whole[0] == batch else {
      throw .cannotTake(shape: shape, reason: "the output \(whole) is not one per picture")
    }
    whole[0] *= parts
    return whole
  }

  /// Computes the output of one input, picture by picture.
  public func run(
    _ input: Span<Float>, shape: Shape, into output: inout MutableSpan<Float>
  ) throws(NetworkError) {
    let parts = try parts(of: shape)
    let model = try model(for: unit(shape))
    guard input.count == shape.count, output.count == parts * model.outputShape.count else {
      throw .cannotTake(
        shape: shape, reason: "\(input.count) values in and \(output.count) out do not fit it")
    }
    let unit = model.inputShape
    var failure: NetworkError?
    input.withUnsafeBufferPointer { values in
      output.withUnsafeMutableBufferPointer { results in
        guard let source = values.baseAddress, let target = results.baseAddress else { return }
        do throws(NetworkError) {
          for part in 0..<parts {
            try finish(part % slots)
            try begin(
              part % slots, source + part * unit.count, shape: unit,
              into: target + part * model.outputShape.count)
          }
        } catch { failure = error }
        // Whatever was begun writes to the caller's memory, so it is waited for in any case.
        for slot in 0..<slots {
          do throws(NetworkError) { try finish(slot) } catch { failure = failure ?? error }
        }
      }
    }
    if let failure { throw failure }
  }

  /// Begins to compute a picture, on the first stream that is free.
  public func begin(
    _ slot: Int, _ input: UnsafePointer<Float>, shape: Shape,
    into output: UnsafeMutablePointer<Float>
  ) throws(NetworkError) {
    precondition(underWay[slot] == nil, "slot \(slot) is begun twice")
    guard try parts(of: shape) == 1 else {
      throw .cannotTake(shape: shape, reason: "a slot holds one picture")
    }
    let model = try model(for: shape)
    do { try model.begin(slot, input, into: output) } catch { throw self.error(error) }
    underWay[slot] = model
  }

  /// Waits until the picture in a slot is computed.
  public func finish(_ slot: Int) throws(NetworkError) {
    guard let model = underWay[slot] else { return }
    underWay[slot] = nil
    do { try model.finish(slot) } catch { throw self.error(error) }
  }

  /// Compiles the model for an input of this shape, or takes it from the cache.
  public func prepare(for shape: Shape) throws(NetworkError) { _ = try model(for: unit(shape)) }

  // MARK: - Shapes

  private func unit(_ shape: Shape) -> Shape {
    var unit = shape
    if unit.rank > 0 { unit[0] = batch }
    return unit
  }

  /// How many times the model's own batch a shape is.
  private func parts(of shape: Shape) throws(NetworkError) -> Int {
    guard shape.rank == input.extents.count, shape.extents.allSatisfy({ $0 > 0 }),
      zip(shape.extents, input.extents).dropFirst().allSatisfy({ $1 == nil || $0 == $1 }),
      (shape.extents.first ?? batch) % batch == 0
    else { throw .cannotTake(shape: shape, reason: "it takes \(input)") }
    return (shape.extents.first ?? batch) / batch
  }

  private func unitOutput(for unit: Shape) throws(NetworkError) -> Shape {
    if let known = outputShapes[unit] { return known }
    do throws(Refusal) {
      try graph.reshape(to: unit)
      let extents = try graph.outputExtents()
      guard !extents.contains(nil) else {
        throw Refusal(saying: "the size of the output depends on the picture's values")
      }
      let shape = Shape(extents.compactMap(\.self))
      outputShapes[unit] = shape
      return shape
    } catch {
      throw .cannotTake(shape: unit, reason: error.reason)
    }
  }

  private func model(for unit: Shape) throws(NetworkError) -> CompiledModel {
    if let known = compiled.first(where: { $0.inputShape == unit }) { return known }
    let outputShape = try unitOutput(for: unit)
    let model: CompiledModel
    do throws(Refusal) {
      try graph.reshape(to: unit)
      model = try CompiledModel(
        graph, inputShape: unit, outputShape: outputShape, device: settings.device,
        slots: slots, properties: properties)
    } catch { throw self.error(error) }
    if settings.precision == .bf16, let used = model.property("INFERENCE_PRECISION_HINT"),
      !used.hasPrefix("bf")
    {
      throw .deviceMissing(
        device: settings.device, reason: "it does not compute in bf16, but in \(used)")
    }
    compiled = compiled.suffix(1) + [model]
    return model
  }

  /// The least power of two that both sides must be multiples of, by asking for shapes.
  ///
  /// A side of 256 + m is a multiple of m and not of 2 m.
  private func triedMultiple() -> Int {
    guard input.extents.count == 4, input.extents[2] == nil, input.extents[3] == nil else {
      return 1
    }
    let multiples = [1, 2, 4, 8, 16, 32, 64, 128]
    let taken = multiples.first { multiple in
      let side = 256 + multiple
      let shape = Shape(batch, input.extents[1] ?? 3, side, side)
      return (try? unitOutput(for: shape)) != nil
    }
    outputShapes = [:]
    return taken ?? 1
  }

  // MARK: - Devices and failures

  private func error(_ refusal: Refusal) -> NetworkError {
    refusal.isAboutMemory
      ? .needsMemory(path: path, reason: refusal.reason)
      : .engineFailed(path: path, reason: refusal.reason)
  }

  /// Sees that every device that is named is there: OpenVINO's own words tell of its drivers' insides.
  private static func checkDevice(
    _ settings: OpenVINOSettings, _ library: OpenVINOLibrary
  ) throws(NetworkError) {
    let devices = library.devices
    for name in settings.namedDevices
    where !devices.contains(where: { $0 == name || $0.hasPrefix(name + ".") || name == "\($0).0" })
    {
      let here = devices.isEmpty ? "none" : devices.joined(separator: ", ")
      throw .deviceMissing(
        device: settings.device, reason: "OpenVINO finds no \(name) here; it finds: \(here)")
    }
  }

  /// The device as the profile has it: the words of the pipeline, and what the processor calls itself.
  private static func deviceName(_ settings: OpenVINOSettings, _ graph: ModelGraph) -> String {
    let names = settings.namedDevices.isEmpty ? ["CPU"] : settings.namedDevices.map(String.init)
    let full = names.compactMap { name in
      try? graph.library.text {
        $0.core_get_property?(graph.core.pointer, name, "FULL_DEVICE_NAME", $1)
      }
    }
    let policy = settings.distribution.map { ", \($0.rawValue)" } ?? ""
    return "\(settings.device)\(policy) (\(full.joined(separator: ", ")))"
  }
}

/// A model's files, as far as they are looked at before OpenVINO reads them.
private struct ModelOnDisk {
  let path: String

  init(_ path: String) { self.path = path }

  /// Sees that the model can be what the settings want, and fits into memory.
  ///
  /// Weights stand in memory as they were read and, laid out for the processor, a second time.
  func check(_ settings: OpenVINOSettings, memoryLimit: Int) throws {
    let weights = path.hasSuffix(".xml") ? String(path.dropLast(4)) + ".bin" : path
    let bytes = (try? FileManager.default.attributesOfItem(atPath: weights)[.size]) as? Int ?? 0
    if bytes > memoryLimit / 2 {
      throw NetworkError.needsMemory(
        path: path,
        reason:
          "\(bytes >> 20) MB of weights need twice as much, and \(memoryLimit >> 20) MB are here")
    }
    if settings.precision == .int8, !isQuantized {
      throw OpenVINOError.notQuantized(path: path)
    }
  }

  /// Whether any layer is quantised: both formats tell in plain text.
  private var isQuantized: Bool {
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    else { return true }  // Reading it will tell what is wrong.
    return ["FakeQuantize", "QuantizeLinear"].contains { data.range(of: Data($0.utf8)) != nil }
  }
}
