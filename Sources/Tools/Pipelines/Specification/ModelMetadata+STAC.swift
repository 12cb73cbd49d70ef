extension ModelMetadata {
  /// Reads a STAC item with the Machine Learning Model extension (1.5).
  ///
  /// Takes the first input's bands and `value_scaling` (z-score, min-max, offset, scale), the
  /// classes of every output, and the ground sampling distance. A text that is no such item says
  /// nothing, with a warning.
  ///
  /// - Parameters:
  ///   - text: The item, JSON.
  ///   - name: What warnings call it.
  public init(stacItem text: String, named name: String) {
    self.init()
    guard let item = MetadataLiteral(text) else {
      warnings.append("'\(name)' is not JSON; it is not used")
      return
    }
    guard let properties = item["properties"],
      let input = properties["mlm:input"]?.list?.first
    else {
      warnings.append("'\(name)' is no STAC MLM item; it is not used")
      return
    }
    pixelMeters = Self.groundSamplingDistance(properties)
    bands = Self.bandNames(input["bands"])
    tile = properties["mlm:hyperparameters"]?["tile_size"]?.number.flatMap { Int(exactly: $0) }
    overlapPercent = properties["mlm:hyperparameters"]?["tile_overlap_percent"]?.number
    let heads = properties["mlm:output"]?.list?.compactMap(Self.classNames) ?? []
    classes = heads.isEmpty ? nil : heads
    readScaling(input["value_scaling"], item: name)
    if let tasks = properties["mlm:tasks"]?.list?.compactMap(\.text), !tasks.isEmpty {
      kind = tasks.contains("semantic-segmentation") ? "Segmentor" : tasks[0]
    }
  }

  private static func groundSamplingDistance(_ properties: MetadataLiteral) -> Double? {
    let distances = [properties["gsd"]] + (properties["bands"]?.list ?? []).map { $0["gsd"] }
    return distances.lazy.compactMap { $0?.number }.first { $0 > 0 }
  }

  private static func bandNames(_ literal: MetadataLiteral?) -> [String]? {
    let bands = literal?.list ?? []
    let names = bands.compactMap { $0.text ?? $0["name"]?.text }
    return names.isEmpty || names.count < bands.count ? nil : names
  }

  private static func classNames(_ output: MetadataLiteral) -> [ClassName]? {
    guard let classes = output["classification:classes"]?.list, !classes.isEmpty else { return nil }
    let byValue = classes.compactMap { entry -> (value: Double, name: ClassName)? in
      guard let value = entry["value"]?.number, let name = entry["name"]?.text else { return nil }
      let color = entry["color_hint"]?.text.flatMap(hexadecimalColor)
      return (value, ClassName(name: name, color: color))
    }
    let sorted = byValue.sorted { $0.value < $1.value }
    let isComplete = sorted.enumerated().allSatisfy { Double($0.offset) == $0.element.value }
    return isComplete && sorted.count == classes.count ? sorted.map(\.name) : nil
  }

  private mutating func readScaling(_ literal: MetadataLiteral?, item: String) {
    guard let literal, literal != .nothing, literal != .list([]) else { return }
    let steps = (literal.list ?? [literal]).map(Self.meanAndDeviation)
    guard steps.allSatisfy({ $0 != nil }) else {
      warnings.append(
        "'\(item)' scales values in a way that is not known here; write inference.scale, mean, std")
      return
    }
    scaling = InputScaling(
      scale: 1, mean: steps.compactMap { $0?.mean }, std: steps.compactMap { $0?.std })
  }

  /// One step of `value_scaling` as (x − mean) / std.
  private static func meanAndDeviation(_ step: MetadataLiteral) -> (mean: Double, std: Double)? {
    let pair: (mean: Double?, std: Double?)
    switch step["type"]?.text {
    case "z-score":
      pair = (step["mean"]?.number, step["stddev"]?.number)
    case "min-max":
      let least = step["minimum"]?.number
      pair = (least, least.flatMap { least in step["maximum"]?.number.map { $0 - least } })
    case "offset":
      pair = (step["value"]?.number, 1)
    case "scale":
      pair = (0, step["value"]?.number)
    default:
      return nil
    }
    guard let mean = pair.mean, let std = pair.std, std > 0 else { return nil }
    return (mean, std)
  }
}
