import Foundation

extension ModelMetadata {
  /// Gathers what a model says: the Deepness keys inside it first, then a STAC item beside it.
  ///
  /// The item of `town.onnx` is `town.json`. One that is absent says nothing; one that cannot be
  /// read is a warning.
  ///
  /// - Parameters:
  ///   - properties: The file's `metadata_props`, in their order.
  ///   - model: The path of the model file.
  public init(properties: [(key: String, value: String)], besideModel model: String) {
    let path = Self.itemPath(besideModel: model)
    let name = path.split(separator: "/").last.map(String.init) ?? path
    self.init(deepness: properties)
    guard FileManager.default.fileExists(atPath: path) else { return }
    guard let bytes = FileManager.default.contents(atPath: path),
      let text = String(validating: bytes, as: UTF8.self)
    else {
      warnings.append("'\(name)' beside the model cannot be read; it is not used")
      return
    }
    self = filled(from: ModelMetadata(stacItem: text, named: name), named: "'\(name)'")
  }

  private static func itemPath(besideModel model: String) -> String {
    let stem = model.hasSuffix(".onnx") ? String(model.dropLast(5)) : model
    return stem + ".json"
  }
}
