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
  /// - Throws: ``InputError/cannotRead(path:reason:)`` when the system does not let an item be read
  ///   that is there: without it the map might be another one.
  public init(
    properties: [(key: String, value: String)], besideModel model: String
  ) throws(InputError) {
    let path = Self.itemPath(besideModel: model)
    let name = path.split(separator: "/").last.map(String.init) ?? path
    self.init(deepness: properties)
    guard FileManager.default.fileExists(atPath: path) else { return }
    let bytes = FileManager.default.contents(atPath: path)
    if bytes == nil, let reason = SystemFault.refusal(toRead: path) {
      throw .cannotRead(path: path, reason: reason)
    }
    // A call that failed once, for want of a descriptor say, has passed by now.
    guard let bytes = bytes ?? FileManager.default.contents(atPath: path),
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
