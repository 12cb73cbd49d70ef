public import OpenVINONetworks

/// `inference:` — the model, and what it must be told.
public struct InferenceSettings: Hashable, Sendable {
  /// What runs a network.
  public enum Engine: String, CaseIterable, Hashable, Sendable {
    /// The built-in engine where it supports the model, else OpenVINO.
    case auto
    /// OpenBLAS and kernels of our own.
    case builtin
    /// OpenVINO, where it is installed.
    case openvino
  }

  /// What is applied to the network's output to make probabilities of it.
  public enum Activation: String, CaseIterable, Hashable, Sendable {
    /// Nothing: the output holds probabilities.
    case none
    /// exp(x) over the sum of exp(x) of all channels.
    case softmax
    /// 1 / (1 + exp(−x)), each channel by itself.
    case sigmoid
  }

  /// The model file, relative to the pipeline file.
  public var model: String
  /// What runs it.
  public var engine: Engine
  /// Where OpenVINO computes, in its words.
  public var device: String
  /// In what numbers OpenVINO computes.
  public var precision: OpenVINOSettings.Precision
  /// How many chips OpenVINO computes at once in a worker.
  public var streams: Int
  /// How OpenVINO spreads a model over devices; nil leaves it to OpenVINO.
  public var distribution: OpenVINOSettings.Distribution?
  /// The name of the output to map; nil takes the first that can be a map.
  public var output: String?
  /// What makes probabilities of the output; nil looks at the model.
  public var activation: Activation?
  /// What pixels are multiplied by before `mean` and `std`; nil asks the model.
  public var scale: Double?
  /// What is then subtracted: one value, or one per band; nil asks the model.
  public var mean: [Double]?
  /// What the difference is then divided by: one value, or one per band; nil asks the model.
  public var std: [Double]?
  /// The pixel size the network was trained for, in metres; nil asks the model.
  public var pixelMeters: Double?
  /// What the channels of the output mean; channels not listed are what the model says.
  public var classes: [ChannelMeaning]?
  /// The number of chips a network is given at once.
  public var batch: Int
  /// How many threads of a worker share its chips; nil is one, or what a trial finds best.
  public var threads: Int?

  /// Makes settings; what is left out has its default.
  public init(
    model: String, engine: Engine = .auto, device: String = "CPU",
    precision: OpenVINOSettings.Precision = .f32, streams: Int = 1,
    distribution: OpenVINOSettings.Distribution? = nil, output: String? = nil,
    activation: Activation? = nil, scale: Double? = nil, mean: [Double]? = nil,
    std: [Double]? = nil, pixelMeters: Double? = nil, classes: [ChannelMeaning]? = nil,
    batch: Int = 1, threads: Int? = nil
  ) {
    self.model = model
    self.engine = engine
    self.device = device
    self.precision = precision
    self.streams = streams
    self.distribution = distribution
    self.output = output
    self.activation = activation
    self.scale = scale
    self.mean = mean
    self.std = std
    self.pixelMeters = pixelMeters
    self.classes = classes
    self.batch = batch
    self.threads = threads
  }
}

extension InferenceSettings: Section {
  static let title = "inference"
  static var fields: [Field<InferenceSettings>] {
    [
      Field("model", \.model, .text, example: "../models/buildings.onnx", isRequired: true),
      Field("engine", \.engine, .word, example: "openvino"),
      Field("device", \.device, .device, example: "CPU"),
      Field("precision", \.precision, .word, example: "f32"),
      Field("streams", \.streams, .whole(1...64), example: "2"),
      Field(
        "model_distribution", \.distribution, .optional("auto", .word), example: "pipeline"),
      Field("output", \.output, .optional("auto", .text), example: "probability"),
      Field("activation", \.activation, .optional("auto", .word), example: "softmax"),
      Field("scale", \.scale, .optional("auto", .positive), example: "1/255"),
      Field("mean", \.mean, .optional("auto", .list(of: .number("a number"))), example: "0.45"),
      Field("std", \.std, .optional("auto", .list(of: .positive)), example: "0.225"),
      Field("pixel_m", \.pixelMeters, .optional("auto", .positive), example: "0.3"),
      Field(
        "classes", \.classes, .optional("auto", .channelMeanings),
        example: "[background, building]"),
      Field("batch", \.batch, .whole(1...64), example: "1"),
      Field("threads", \.threads, .optional("auto", .whole(1...64)), example: "2"),
    ]
  }

  static var defaults: InferenceSettings { InferenceSettings(model: "") }

  func contradiction(at position: (String) -> TextPosition) -> SpecificationError? {
    if let mean, let std, mean.count != std.count, mean.count > 1, std.count > 1 {
      return .contradiction(
        at: position("std"),
        statement: "inference has \(mean.count) values of mean and \(std.count) of std",
        reason: "each band has one of both",
        remedy: "give both lists the same length, or a single value that holds for all bands")
    }
    return engineContradiction(at: position) ?? classesContradiction(at: position("classes"))
  }

  private func engineContradiction(
    at position: (String) -> TextPosition
  ) -> SpecificationError? {
    guard engine == .builtin else { return nil }
    let asked: [(key: String, isAsked: Bool)] = [
      ("device", device != "CPU"), ("precision", precision == .bf16), ("streams", streams != 1),
      ("model_distribution", distribution != nil),
    ]
    guard let key = asked.first(where: \.isAsked)?.key else { return nil }
    return .contradiction(
      at: position(key), statement: "the built-in engine has no choice of \(key)",
      reason: "it computes on the processor, in the numbers that the model holds, chip by chip",
      remedy: "write `engine: openvino`, or take `\(key)` out")
  }

  private func classesContradiction(at position: TextPosition) -> SpecificationError? {
    let classes = classes ?? []
    if let name = firstRepeated(classes.compactMap(\.publishedName)) {
      return .contradiction(
        at: position, statement: "inference.classes publishes '\(name)' twice",
        reason: "a class of the map has one name of its own",
        remedy: "write `{is: \(name)}` for the channel that adds to it")
    }
    if classes.filter(\.isContact).count > 1 {
      return .contradiction(
        at: position, statement: "inference.classes has two channels of contact",
        reason: "one channel says where neighbouring objects touch",
        remedy: "write `contact: true` for one channel only")
    }
    return nil
  }
}

extension Rule where Value == String {
  /// A device as OpenVINO names it.
  fileprivate static var device: Rule {
    .text("CPU, GPU, NPU, AUTO, or HETERO: or MULTI: with a list, such as HETERO:GPU,CPU") {
      OpenVINOSettings.isDevice($0)
    }
  }
}

extension Rule where Value == Double {
  /// A number above zero.
  static var positive: Rule { .number("a number above 0") { $0 > 0 } }
}
