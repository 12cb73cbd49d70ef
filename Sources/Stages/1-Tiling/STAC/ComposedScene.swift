import Checksums
import GeoFiles

/// A scene made of files that belong together: a virtual raster in memory, which every process of a run
/// keeps under the same name.
///
/// The name holds the hash of the text, so that it stands for the same files and bands wherever it is
/// met.
public struct ComposedScene: Hashable, Sendable, Codable {
  /// Where the scene is found, while this process lives: `/vsimem/scenes/…`.
  public let path: String
  /// The virtual raster, as GDAL reads it.
  public let text: String
  /// The STAC item's name.
  public let item: String
  /// Where the item was read.
  public let source: String
  /// Clouds, in percent; nil when the item does not tell.
  public let cloudCover: Double?

  /// The folder of composed scenes.
  public static let folder = "/vsimem/scenes/"

  init(text: String, item: STACItem, source: String) {
    self.text = text
    self.item = item.id
    self.source = source
    cloudCover = item.cloudCover
    let name = String(
      item.id.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) ? $0 : "-" })
    path = "\(Self.folder)\(name)_\(ContentHash(of: Array(text.utf8).span).short).vrt"
  }

  /// Makes the scene known in this process.
  public func keep() { VirtualFile.keep(text, as: path) }
}
