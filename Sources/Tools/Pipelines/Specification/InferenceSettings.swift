/// `inference:` — the model, and what it must be told.
public struct InferenceSettings: Hashable, Sendable {
  /// What runs a network.
  public enum Engine: String, CaseIterable, Hashable, Sendable {
    /// OpenBLAS and kernels of our own.
    case builtin
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
  /// How many threads of a worker share a chip.
  public var threads: Int

  /// Makes settings; what is left out has its default.
  public init(
    model: String, engine: Engine = .builtin, output: String? = nil,
    activation: Activation? = nil, scale: Double? = nil, mean: [Double]? = nil,
    std: [Double]? = nil, pixelMeters: Double? = nil, classes: [ChannelMeaning]? = nil,
    batch: Int = 1, threads: Int = 1
  ) {
    self.model = model
    self.engine = engine
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
      Field("engine", \.engine, .word, example: "builtin"),
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
      Field("threads", \.threads, .whole(1...64), example: "2"),
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
    return classesContradiction(at: position("classes"))
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

extension Rule where Value == Double {
  /// A number above zero.
  static var positive: Rule { .number("a number above 0") { $0 > 0 } }
}
