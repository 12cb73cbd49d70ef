import COpenVINO
import Foundation
import Tensors

/// A model as OpenVINO has read it: one picture in, one chosen map out, both as 32-bit floats.
///
/// Pictures are given as `[N, C, H, W]`: where the model wants channels last, the graph begins with
/// the transposition. The C interface has none for outputs, so ``isOutputChannelsLast`` tells.
final class ModelGraph {
  let library: OpenVINOLibrary
  let core: Handle
  /// The picture it takes.
  let input: TensorDescription
  /// The map it gives, channels before rows.
  let output: TensorDescription
  /// The place of the output among the model's.
  let outputIndex: Int
  /// Whether the model gives channels last.
  let isOutputChannelsLast: Bool

  let model: Handle
  private var current: Shape?

  /// A tensor at the model's edge.
  private struct Port {
    var name: String
    var extents: [Int?]
    /// By OpenVINO's numbers.
    var type: Int32

    var isFloat: Bool { (2...5).contains(type) }
    var isPicture: Bool { extents.count == 4 }

    /// Whether the last axis can only be channels: few, where rows and columns are many or open.
    var isChannelsLast: Bool {
      guard isPicture, let last = extents[3], last <= 64 else { return false }
      return extents[1...2].allSatisfy { $0.map { $0 > 64 } ?? true }
    }

    var channelsFirst: [Int?] {
      isChannelsLast ? [extents[0], extents[3], extents[1], extents[2]] : extents
    }
  }

  /// Reads a model.
  ///
  /// - Throws: ``OpenVINOError/cannotRead(path:reason:)`` or ``NetworkError``.
  init(_ library: OpenVINOLibrary, reading path: String, outputNamed wanted: String?) throws {
    let (core, read) = try Self.read(path, by: library)
    let edges = try Self.edges(of: read, library, outputNamed: wanted, path: path)
    self.library = library
    self.core = core
    model = try Self.adapted(read, library, edges, path: path)
    outputIndex = edges.outputIndex
    input = TensorDescription(name: edges.input.name, extents: edges.input.channelsFirst)
    output = TensorDescription(name: edges.output.name, extents: edges.output.channelsFirst)
    isOutputChannelsLast = edges.output.isChannelsLast
  }

  /// The model's one input, and the output that is wanted of it.
  private struct Edges {
    var input: Port
    var output: Port
    var outputIndex: Int
  }

  private static func read(
    _ path: String, by library: OpenVINOLibrary
  ) throws -> (core: Handle, model: Handle) {
    do throws(Refusal) {
      let core = try library.core()
      let model = try library.make(
        { $0.core_read_model?(core.pointer, path, nil, $1) }, library.functions.model_free)
      return (core, model)
    } catch {
      if error.isAboutMemory { throw NetworkError.needsMemory(path: path, reason: error.reason) }
      throw OpenVINOError.cannotRead(path: path, reason: error.reason)
    }
  }

  private static func edges(
    of model: Handle, _ library: OpenVINOLibrary, outputNamed wanted: String?, path: String
  ) throws(NetworkError) -> Edges {
    let inputs: [Port]
    let outputs: [Port]
    do throws(Refusal) {
      inputs = try ports(of: model, library, areInputs: true)
      outputs = try ports(of: model, library, areInputs: false)
    } catch { throw .engineFailed(path: path, reason: error.reason) }
    guard let picture = inputs.first, inputs.count == 1 else {
      let names = inputs.map { "'\($0.name)'" }.joined(separator: ", ")
      throw .engineFailed(
        path: path, reason: "it has \(inputs.count) inputs (\(names)), and a map is made of one")
    }
    let index = try choose(wanted, among: outputs, path: path)
    return Edges(input: picture, output: outputs[index], outputIndex: index)
  }

  /// The output to compute: the one named, or the first float output of four axes, or the first.
  private static func choose(
    _ name: String?, among outputs: [Port], path: String
  ) throws(NetworkError) -> Int {
    if let name {
      if let index = outputs.firstIndex(where: { $0.name == name }) { return index }
      let names = outputs.map(\.name).joined(separator: ", ")
      throw .cannotCompile(path: path, reason: "no output '\(name)'; the model has \(names)")
    }
    guard !outputs.isEmpty else {
      throw .cannotCompile(path: path, reason: "the graph has no output")
    }
    return outputs.firstIndex { $0.isFloat && $0.isPicture } ?? 0
  }

  /// Gives every open extent a value, so that the model can be compiled for this picture.
  func reshape(to shape: Shape) throws(Refusal) {
    guard current != shape else { return }
    current = nil
    let functions = library.functions
    var partial = ov_partial_shape_t()
    let extents = shape.extents.map(Int64.init)
    try library.check(
      functions.partial_shape_create_static?(Int64(shape.rank), extents, &partial))
    defer { functions.partial_shape_free?(&partial) }
    try library.check(functions.model_reshape_single_input?(model.pointer, partial))
    current = shape
  }

  /// The output's extents as the model stands, channels before rows; nil where one is open.
  func outputExtents() throws(Refusal) -> [Int?] {
    let port = try Self.port(of: model, library, outputIndex, isInput: false)
    let extents = port.extents
    return isOutputChannelsLast && extents.count == 4
      ? [extents[0], extents[3], extents[1], extents[2]] : extents
  }

  // MARK: - The model's edges

  private static func ports(
    of model: Handle, _ library: OpenVINOLibrary, areInputs: Bool
  ) throws(Refusal) -> [Port] {
    let functions = library.functions
    var count = 0
    try library.check(
      areInputs
        ? functions.model_inputs_size?(model.pointer, &count)
        : functions.model_outputs_size?(model.pointer, &count))
    var ports: [Port] = []
    for index in 0..<count {
      ports.append(try port(of: model, library, index, isInput: areInputs))
    }
    return ports
  }

  private static func port(
    of model: Handle, _ library: OpenVINOLibrary, _ index: Int, isInput: Bool
  ) throws(Refusal) -> Port {
    let functions = library.functions
    let handle = try library.make(
      {
        isInput
          ? $0.model_const_input_by_index?(model.pointer, index, $1)
          : $0.model_const_output_by_index?(model.pointer, index, $1)
      }, functions.output_const_port_free)
    // Tensors inside a graph may go without a name.
    let name = (try? library.text { $0.port_get_any_name?(handle.pointer, $1) }) ?? "\(index)"
    var type: Int32 = 0
    try library.check(functions.port_get_element_type?(handle.pointer, &type))
    var shape = ov_partial_shape_t()
    try library.check(functions.port_get_partial_shape?(handle.pointer, &shape))
    defer { functions.partial_shape_free?(&shape) }
    guard shape.rank.min == shape.rank.max, shape.rank.max >= 0 else {
      throw Refusal(saying: "'\(name)' has no fixed number of axes")
    }
    let extents = (0..<Int(shape.rank.max)).map { axis -> Int? in
      let extent = shape.dims[axis]
      return extent.min == extent.max ? Int(extent.max) : nil
    }
    return Port(name: name, extents: extents, type: type)
  }

  /// The model with its edges as we have them: 32-bit floats, pictures with channels first.
  private static func adapted(
    _ model: Handle, _ library: OpenVINOLibrary, _ edges: Edges, path: String
  ) throws(NetworkError) -> Handle {
    let areOurs = edges.input.type == mw_ov_f32 && edges.output.type == mw_ov_f32
    guard edges.input.isChannelsLast || !areOurs else { return model }
    do throws(Refusal) {
      return try adapted(model, library, edges.input.isChannelsLast, edges.outputIndex)
    } catch { throw .engineFailed(path: path, reason: error.reason) }
  }

  private static func adapted(
    _ model: Handle, _ library: OpenVINOLibrary, _ isChannelsLast: Bool, _ outputIndex: Int
  ) throws(Refusal) -> Handle {
    let functions = library.functions
    let edges = try library.make(
      { $0.preprocess_prepostprocessor_create?(model.pointer, $1) },
      functions.preprocess_prepostprocessor_free)
    let input = try library.make(
      { $0.preprocess_prepostprocessor_get_input_info?(edges.pointer, $1) },
      functions.preprocess_input_info_free)
    let taken = try library.make(
      { $0.preprocess_input_info_get_tensor_info?(input.pointer, $1) },
      functions.preprocess_input_tensor_info_free)
    try library.check(
      functions.preprocess_input_tensor_info_set_element_type?(taken.pointer, Int32(mw_ov_f32)))
    if isChannelsLast {
      let ours = try library.make({ $0.layout_create?("NCHW", $1) }, functions.layout_free)
      let theirs = try library.make({ $0.layout_create?("NHWC", $1) }, functions.layout_free)
      let wanted = try library.make(
        { $0.preprocess_input_info_get_model_info?(input.pointer, $1) },
        functions.preprocess_input_model_info_free)
      try library.check(
        functions.preprocess_input_tensor_info_set_layout?(taken.pointer, ours.pointer))
      try library.check(
        functions.preprocess_input_model_info_set_layout?(wanted.pointer, theirs.pointer))
    }
    let output = try library.make(
      { $0.preprocess_prepostprocessor_get_output_info_by_index?(edges.pointer, outputIndex, $1) },
      functions.preprocess_output_info_free)
    let given = try library.make(
      { $0.preprocess_output_info_get_tensor_info?(output.pointer, $1) },
      functions.preprocess_output_tensor_info_free)
    try library.check(
      functions.preprocess_output_set_element_type?(given.pointer, Int32(mw_ov_f32)))
    return try library.make(
      { $0.preprocess_prepostprocessor_build?(edges.pointer, $1) }, functions.model_free)
  }
}
