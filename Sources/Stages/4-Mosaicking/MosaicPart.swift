public import Grids
public import Imagery

/// A shard's share of the mosaic: its file, or why there is none.
public struct MosaicPart: Hashable, Sendable {
  /// What stands for the shard.
  public enum Content: Hashable, Sendable {
    /// The file a ``PartWriter`` made of exactly this window.
    case file(path: String)
    /// Nothing: the shard was set aside, or nothing in it was to be looked at.
    case nothing(Coverage)
  }

  /// The pixels, on the lattice.
  public let window: PixelWindow
  /// Where they come from.
  public let content: Content

  /// Names a part.
  public init(window: PixelWindow, content: Content) {
    self.window = window
    self.content = content
  }
}
