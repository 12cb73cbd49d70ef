extension ModelMetadata {
  /// Reads the metadata that QGIS Deepness keeps inside an ONNX file.
  ///
  /// Values are JSON or Python literals; means and deviations are those of pixels divided by 255.
  /// Both `tiles_size` (documented) and `tile_size` (read by Deepness) are known. Other keys mean
  /// nothing here.
  ///
  /// - Parameter properties: The file's `metadata_props`, in their order.
  public init(deepness properties: [(key: String, value: String)]) {
    self.init()
    let known: Set<String> = ["model_type", "class_names", "names", "resolution", "tiles_size"]
    hasDeepnessKeys = properties.contains { known.contains($0.key) }
    func value(_ key: String) -> String? { properties.first { $0.key == key }?.value }

    kind = value("model_type").map { MetadataLiteral($0)?.text ?? $0 }
    readClasses(value("class_names"), key: "class_names")
    if classes == nil { readClasses(value("names"), key: "names") }
    pixelMeters = number(value("resolution"), key: "resolution") { $0 > 0 }.map { $0 / 100 }
    readTile(value("tiles_size"), value("tile_size"))
    overlapPercent = number(value("tiles_overlap"), key: "tiles_overlap") { (0..<100).contains($0) }
    threshold = number(value("seg_thresh"), key: "seg_thresh") { $0 > 0 && $0 < 1 }
    let mean = numbers(value("standardization_mean"), key: "standardization_mean") { _ in true }
    let std = numbers(value("standardization_std"), key: "standardization_std") { $0 > 0 }
    if mean != nil || std != nil {
      scaling = InputScaling(scale: 1.0 / 255, mean: mean ?? [0], std: std ?? [1])
    }
  }

  private mutating func number(_ text: String?, key: String, where isLawful: (Double) -> Bool)
    -> Double?
  {
    guard let text else { return nil }
    if let number = MetadataLiteral(text)?.number, isLawful(number) { return number }
    warn(key, text)
    return nil
  }

  private mutating func numbers(_ text: String?, key: String, where isLawful: (Double) -> Bool)
    -> [Double]?
  {
    guard let text else { return nil }
    let list = MetadataLiteral(text)?.list
    let numbers = list?.compactMap(\.number).filter(isLawful) ?? []
    if let list, !list.isEmpty, numbers.count == list.count { return numbers }
    warn(key, text)
    return nil
  }

  private mutating func readTile(_ documented: String?, _ read: String?) {
    let isSize: (Double) -> Bool = { $0 == $0.rounded() && (1...65_536).contains($0) }
    let tiles = number(documented, key: "tiles_size", where: isSize)
    let tile = number(read, key: "tile_size", where: isSize)
    self.tile = (tiles ?? tile).map { Int($0) }
    if let tiles, let tile, tiles != tile {
      warnings.append(
        "the model's metadata says \(Int(tiles)) in 'tiles_size' and \(Int(tile)) in 'tile_size'; "
          + "\(Int(tiles)) is used")
    }
  }

  private mutating func readClasses(_ text: String?, key: String) {
    guard let text else { return }
    let heads: [MetadataLiteral]
    switch MetadataLiteral(text) {
    case .list(let entries)? where entries.allSatisfy({ $0.text != nil }):
      heads = [.list(entries)]
    case .list(let entries)?: heads = entries
    case let single?: heads = [single]
    case nil: heads = []
    }
    let classes = heads.compactMap(Self.classNames)
    if !classes.isEmpty, classes.count == heads.count {
      self.classes = classes
    } else {
      warn(key, text)
    }
  }

  /// The names of one output's classes: a list, or a dictionary from 0, 1, 2 … to names.
  private static func classNames(_ literal: MetadataLiteral) -> [ClassName]? {
    if let list = literal.list {
      let names = list.compactMap(\.text)
      return names.isEmpty || names.count < list.count ? nil : names.map { ClassName(name: $0) }
    }
    guard let entries = literal.dictionary, !entries.isEmpty else { return nil }
    let names = (0..<entries.count).compactMap { literal["\($0)"]?.text }
    return names.count == entries.count ? names.map { ClassName(name: $0) } : nil
  }

  private mutating func warn(_ key: String, _ text: String) {
    let shown = text.count > 60 ? "\(text.prefix(60))…" : text
    warnings.append("the model's metadata '\(key)' cannot be used: \(shown)")
  }
}
