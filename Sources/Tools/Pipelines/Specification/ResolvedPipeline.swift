public import Grids
public import Imagery
import Tensors

/// A pipeline of which nothing is left open: what its file says, filled in from its model.
///
/// What the file says holds; where it is silent, the Deepness keys inside the model do, then the
/// STAC item beside it, then a default.
public struct ResolvedPipeline: Hashable, Sendable {
  /// The pipeline with everything written out that only the model knew.
  ///
  /// Only what depends on scenes or machine is still open: nodata, shard size, workers, threads, the
  /// engine before it is chosen, and the model's pixel size if nobody knows it. Resolving it again gives the same.
  public let specification: PipelineSpecification
  /// The bands of a scene, one for each channel of the network's input.
  public let bands: [SceneSettings.Band]
  /// What is done to pixels, with one mean and one std for each band.
  public let scaling: InputScaling
  /// What makes probabilities of the network's output.
  public let activation: InferenceSettings.Activation
  /// The pixel size the model was trained for, in metres; nil when nobody knows.
  public let pixelMeters: Double?
  /// How chips are cut.
  public let chips: ChipLayout
  /// How far beyond their cores answers about chips are blended, in pixels; 0 for not at all.
  public var blend: Int { specification.tiling.blend }
  /// How channels become classes.
  ///
  /// For a network with one channel it speaks of two, of which channel 0 is the rest to 1.
  public let classes: ClassScheme
  /// The published classes whose probabilities are written, by their index.
  public let probabilities: [Int]
  /// What is traced, layer by layer.
  public let layers: [ResolvedLayer]
  /// What the user should know, one sentence each.
  public let warnings: [String]

  /// Fills a specification in from its model.
  ///
  /// - Throws: ``ResolutionError`` when both are silent on something needed, or contradict.
  public init(
    _ specification: PipelineSpecification, metadata: ModelMetadata, model: ModelInterface
  ) throws(ResolutionError) {
    try Self.checkForm(of: model, metadata: metadata)
    var warnings = metadata.warnings
    let inference = specification.inference
    bands = try Self.bands(specification.scenes.bands, metadata: metadata, model: model)
    scaling = try Self.scaling(
      inference, metadata: metadata, bandCount: bands.count, warnings: &warnings)
    activation = try Self.activation(inference, metadata: metadata, model: model)
    pixelMeters = inference.pixelMeters ?? metadata.pixelMeters
    if pixelMeters == nil {
      warnings.append(
        "nobody says which pixel size the model was trained for; add `pixel_m` to have it checked")
    }
    chips = try ChipResolution(
      settings: specification.tiling, metadata: metadata, model: model
    ).layout()
    let blend = specification.tiling.blend
    guard blend % 32 == 0, blend <= chips.halo, 2 * blend <= chips.core else {
      throw .blendCannotBe(blend: blend, chips: chips)
    }
    let resolution = try ClassResolution(
      specified: inference.classes, metadata: metadata, model: model)
    classes = resolution.scheme
    let named = try Self.probabilities(specification.mosaic.probabilities, of: classes)
    layers = try LayerResolution(
      specification.footprints, of: classes, written: named ?? Array(classes.published.indices),
      threshold: metadata.threshold ?? 0.5
    ).resolved()
    probabilities = named ?? Self.usualProbabilities(of: classes, traced: layers)
    self.warnings = warnings

    var complete = specification
    complete.scenes.bands = bands
    complete.tiling = TilingSettings(chip: chips.chip, halo: chips.halo, blend: blend)
    complete.inference.output = model.output.name
    complete.inference.activation = activation
    complete.inference.scale = scaling.scale
    complete.inference.mean = scaling.mean
    complete.inference.std = scaling.std
    complete.inference.pixelMeters = pixelMeters
    complete.inference.classes = resolution.meanings
    complete.mosaic.probabilities = probabilities.map { [classes] in classes.published[$0].name }
    complete.footprints = layers.map(\.settings)
    self.specification = complete
  }

  private static func checkForm(of model: ModelInterface, metadata: ModelMetadata)
    throws(ResolutionError)
  {
    if let kind = metadata.kind, !kind.lowercased().contains("segment") {
      throw .notSegmentation(model: model.path, kind: kind)
    }
    for tensor in [model.input, model.output] where tensor.extents.count != 4 {
      throw .notPictures(model: model.path, tensor: tensor.description)
    }
  }

  private static func bands(
    _ specified: [SceneSettings.Band]?, metadata: ModelMetadata, model: ModelInterface
  ) throws(ResolutionError) -> [SceneSettings.Band] {
    let named = specified ?? metadata.bands?.map { .named($0) }
    guard let bands = named ?? model.bandCount.map({ (1...max(1, $0)).map { .numbered($0) } })
    else {
      throw .missing(
        key: "which bands the network sees", reason: "model '\(model.path)' takes any number",
        example: "bands: [red, green, blue]")
    }
    guard bands.count == model.bandCount ?? bands.count else {
      throw .bandsDiffer(
        model: model.path, bands: bands.map(\.description), channels: model.bandCount ?? 0)
    }
    return bands
  }

  private static func scaling(
    _ inference: InferenceSettings, metadata: ModelMetadata, bandCount: Int,
    warnings: inout [String]
  ) throws(ResolutionError) -> InputScaling {
    let given = [inference.scale.map { [$0] }, inference.mean, inference.std]
    let isSilent = given.allSatisfy { $0 == nil }
    let known = metadata.scaling ?? (metadata.hasDeepnessKeys ? .bytes : nil)
    if known == nil, inference.scale == nil, !isSilent {
      throw .missing(
        key: "the unit of inference.mean and inference.std",
        reason: "they may be meant for bytes as they are, or for bytes divided by 255",
        example: "scale: 1/255` or `scale: 1")
    }
    if metadata.scaling != nil, !isSilent, given.contains(where: { $0 == nil }) {
      warnings.append(
        "scale, mean and std come partly from the pipeline and partly from the model; see that "
          + "they speak of the same unit")
    }
    if known == nil, isSilent {
      warnings.append(
        "nobody says how the model wants pixels scaled; they are divided by 255 (write "
          + "inference.scale, mean and std)")
    }
    let model = known ?? .bytes
    let chosen = InputScaling(
      scale: inference.scale ?? model.scale, mean: inference.mean ?? model.mean,
      std: inference.std ?? model.std)
    if let spread = chosen.spread(over: bandCount) { return spread }
    let isMean = chosen.mean.count != 1 && chosen.mean.count != bandCount
    let key = isMean ? "inference.mean" : "inference.std"
    throw .scalingDiffers(
      key: key, count: isMean ? chosen.mean.count : chosen.std.count, bands: bandCount)
  }

  /// What makes probabilities of the output, by the operator that ends the graph.
  private static func activation(
    _ inference: InferenceSettings, metadata: ModelMetadata, model: ModelInterface
  ) throws(ResolutionError) -> InferenceSettings.Activation {
    if let activation = inference.activation { return activation }
    switch model.finalOperator {
    case "Softmax", "Sigmoid", "HardSigmoid": return .none
    case "Conv", "ConvTranspose", "Gemm", "MatMul", "Add", "BatchNormalization", "LogSoftmax":
      return model.channelCount == 1 ? .sigmoid : .softmax
    default:
      if metadata.hasDeepnessKeys { return .none }
      throw .missing(
        key: "what makes probabilities of the model's output",
        reason: "its graph ends in \(model.finalOperator ?? "an unknown operator"), which tells "
          + "nothing of that",
        example: "activation: softmax")
    }
  }

  /// The classes whose probability the pipeline asks for; nil where it is silent.
  private static func probabilities(_ specified: [String]?, of classes: ClassScheme)
    throws(ResolutionError) -> [Int]?
  {
    guard let specified else { return nil }
    let names = classes.published.map(\.name)
    var indices: [Int] = []
    for name in specified {
      guard let index = names.firstIndex(of: name) else {
        throw .unknownClass(key: "mosaic.probabilities", name: name, known: names)
      }
      indices.append(index)
    }
    return indices
  }

  /// The classes whose probability is written unless others are named: those that something is traced
  /// of, and without such the first that is not the background.
  ///
  /// A probability takes six times the disk of a class, so that of a country only those are kept that
  /// something is made of.
  private static func usualProbabilities(
    of classes: ClassScheme, traced layers: [ResolvedLayer]
  ) -> [Int] {
    let traced = Set(layers.flatMap { $0.classes + ($0.over.map { [$0] } ?? []) })
    guard traced.isEmpty else { return traced.sorted() }
    let names = classes.published.map(\.name)
    return [names.firstIndex { !ClassPalette.isBackground($0) } ?? 0]
  }
}
