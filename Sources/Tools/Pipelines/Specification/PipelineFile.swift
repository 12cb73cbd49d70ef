/// A pipeline file on disk: what it says, and where its relative paths lead.
public struct PipelineFile: Hashable, Sendable {
  /// The file, as the user named it.
  public let path: String
  /// What it says.
  public var specification: PipelineSpecification

  /// Binds a specification to the file it came from.
  public init(_ specification: PipelineSpecification, at path: String) {
    self.path = path
    self.specification = specification
  }

  /// Reads a pipeline file.
  public init(reading path: String) throws(SpecificationError) {
    self.path = path
    specification = try PipelineSpecification(reading: path)
  }

  /// Where a path in the file leads: relative ones begin in the file's folder.
  ///
  /// Joins without looking at the disk, and leaves `..` in, so that links keep their meaning.
  public func resolve(_ relative: String) -> String {
    guard !relative.hasPrefix("/"), let slash = path.lastIndex(of: "/") else { return relative }
    return "\(path[...slash])\(relative)"
  }

  /// The model file.
  public var model: String { resolve(specification.inference.model) }
  /// The scenes' files, folders, globs and lists.
  public var scenes: [String] { specification.scenes.files.map(resolve) }
  /// The region's file.
  public var region: String? { specification.region.file.map(resolve) }
}
