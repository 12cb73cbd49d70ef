import COpenVINO
import Tensors

/// A model compiled for pictures of one shape, with requests that are under way at the same time.
final class CompiledModel {
  /// The shape of one picture in, and of its map.
  let inputShape: Shape
  let outputShape: Shape

  private let library: OpenVINOLibrary
  private let compiled: Handle
  private let outputIndex: Int
  private let isOutputChannelsLast: Bool
  private var requests: [Request] = []

  /// A slot: where one picture at a time is computed.
  private struct Request {
    var handle: Handle
    /// The memory it is bound to.
    var source: UnsafeMutablePointer<Float>?
    var target: UnsafeMutablePointer<Float>?
  }

  /// Compiles a graph.
  ///
  /// - Parameters:
  ///   - graph: The graph, reshaped to `inputShape`.
  ///   - slots: How many pictures may be under way at once.
  ///   - properties: By OpenVINO's names.
  init(
    _ graph: ModelGraph, inputShape: Shape, outputShape: Shape, device: String, slots: Int,
    properties: [(key: String, value: String)]
  ) throws(Refusal) {
    library = graph.library
    (self.inputShape, self.outputShape) = (inputShape, outputShape)
    (outputIndex, isOutputChannelsLast) = (graph.outputIndex, graph.isOutputChannelsLast)
    let functions = library.functions
    compiled = try Self.withWords(properties.flatMap { [$0.key, $0.value] }) {
      words throws(Refusal) in
      let keys = stride(from: 0, to: words.count, by: 2).map { words[$0] }
      let values = stride(from: 1, to: words.count, by: 2).map { words[$0] }
      return try graph.library.make(
        {
          var functions = $0
          return mw_ov_compile(
            &functions, graph.core.pointer, graph.model.pointer, device, keys, values, keys.count,
            $1)
        }, functions.compiled_model_free)
    }
    for _ in 0..<slots {
      let compiled = compiled
      requests.append(
        Request(
          handle: try library.make(
            { $0.compiled_model_create_infer_request?(compiled.pointer, $1) },
            functions.infer_request_free)))
    }
  }

  /// What the device made of a property.
  func property(_ key: String) -> String? {
    try? library.text { $0.compiled_model_get_property?(compiled.pointer, key, $1) }
  }

  /// How many pictures may be under way at once.
  var slots: Int { requests.count }

  /// Begins to compute a picture; the memory is the network's until the slot is finished.
  func begin(
    _ slot: Int, _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>
  ) throws(Refusal) {
    try bind(slot, UnsafeMutablePointer(mutating: source), target)
    try library.check(library.functions.infer_request_start_async?(requests[slot].handle.pointer))
  }

  /// Waits until the picture in a slot is computed.
  func finish(_ slot: Int) throws(Refusal) {
    try library.check(library.functions.infer_request_wait?(requests[slot].handle.pointer))
    if isOutputChannelsLast, let target = requests[slot].target {
      try transpose(slot, into: target)
    }
  }

  /// Binds a request to the caller's memory, without a copy.
  private func bind(
    _ slot: Int, _ source: UnsafeMutablePointer<Float>, _ target: UnsafeMutablePointer<Float>
  ) throws(Refusal) {
    let functions = library.functions
    let request = requests[slot].handle.pointer
    if requests[slot].source != source {
      let tensor = try tensor(inputShape, at: source)
      try library.check(
        functions.infer_request_set_input_tensor_by_index?(request, 0, tensor.pointer))
      requests[slot].source = source
    }
    if requests[slot].target != target, !isOutputChannelsLast {
      let tensor = try tensor(outputShape, at: target)
      try library.check(
        functions.infer_request_set_output_tensor_by_index?(request, outputIndex, tensor.pointer))
    }
    requests[slot].target = target
  }

  private func tensor(
    _ shape: Shape, at memory: UnsafeMutablePointer<Float>
  ) throws(Refusal) -> Handle {
    var extents = shape.extents.map(Int64.init)
    return try extents.withUnsafeMutableBufferPointer { extents throws(Refusal) in
      let described = ov_shape_t(rank: Int64(extents.count), dims: extents.baseAddress)
      return try library.make(
        { $0.tensor_create_from_host_ptr?(Int32(mw_ov_f32), described, memory, $1) },
        library.functions.tensor_free)
    }
  }

  /// Copies a map whose channels are last, `[rows, columns, K]`, to one whose channels are first.
  private func transpose(
    _ slot: Int, into target: UnsafeMutablePointer<Float>
  ) throws(Refusal) {
    let request = requests[slot].handle
    let tensor = try library.make(
      { $0.infer_request_get_output_tensor_by_index?(request.pointer, outputIndex, $1) },
      library.functions.tensor_free)
    var memory: UnsafeMutableRawPointer?
    try library.check(library.functions.tensor_data?(tensor.pointer, &memory))
    guard let values = memory?.assumingMemoryBound(to: Float.self) else {
      throw Refusal(saying: "the output has no memory")
    }
    let channels = outputShape[1]
    let plane = outputShape[2] * outputShape[3]
    for picture in 0..<outputShape[0] {
      let offset = picture * channels * plane
      for channel in 0..<channels {
        for pixel in 0..<plane {
          target[offset + channel * plane + pixel] = values[offset + pixel * channels + channel]
        }
      }
    }
  }

  /// Lends texts to C.
  private static func withWords<Result>(
    _ texts: [String], _ body: ([UnsafePointer<CChar>?]) throws(Refusal) -> Result
  ) throws(Refusal) -> Result {
    let copies = texts.map { Array($0.utf8CString) }.map { text in
      let copy = UnsafeMutablePointer<CChar>.allocate(capacity: text.count)
      copy.initialize(from: text, count: text.count)
      return copy
    }
    defer { copies.forEach { $0.deallocate() } }
    return try body(copies.map { UnsafePointer($0) })
  }
}
