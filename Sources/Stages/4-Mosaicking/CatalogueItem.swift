public import Grids

/// A COG of the map, as the catalogue tells of it.
public struct CatalogueItem: Hashable, Sendable {
  /// A scene that it was made from.
  public struct Scene: Hashable, Sendable {
    /// Its address where it is remote, else the name of its file alone.
    public var reference: String
    /// When it was taken, in ISO 8601; nil when nobody tells.
    public var acquired: String?

    /// What it is called by in the layer that tells scenes; nil where there is none.
    public var number: Int?

    /// Names a scene.
    public init(reference: String, acquired: String?, number: Int? = nil) {
      self.reference = reference
      self.acquired = acquired
      self.number = number
    }
  }

  /// The COG's file name.
  public var file: String
  /// Its layer.
  public var layer: MosaicLayer
  /// Its pixels, on the lattice.
  public var window: PixelWindow
  /// Its size, in bytes.
  public var bytes: Int
  /// SHA-256 of the file, hexadecimal.
  public var hash: String
  /// The file name of a small picture of it, if there is one.
  public var preview: String?
  /// The scenes it was made from.
  public var scenes: [Scene]

  /// Describes a COG.
  public init(
    file: String, layer: MosaicLayer, window: PixelWindow, bytes: Int, hash: String,
    preview: String? = nil, scenes: [Scene]
  ) {
    self.file = file
    self.layer = layer
    self.window = window
    self.bytes = bytes
    self.hash = hash
    self.preview = preview
    self.scenes = scenes
  }

  /// The item's name, which is that of the file without its ending.
  public var id: String { file.hasSuffix(".tif") ? String(file.dropLast(4)) : file }

  /// When what it shows was seen: from the first to the last of its scenes, as RFC 3339 has it.
  ///
  /// Times without a zone are taken for UTC. Where no scene tells, the whole of two centuries: STAC
  /// must have an interval, and this one is true.
  var interval: (first: String, last: String) {
    let times = scenes.compactMap(\.acquired).map { $0.hasSuffix("Z") ? $0 : $0 + "Z" }
    guard let first = times.min(), let last = times.max() else {
      return ("1900-01-01T00:00:00Z", "2100-01-01T00:00:00Z")
    }
    return (first, last)
  }
}
