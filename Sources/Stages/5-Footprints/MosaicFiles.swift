import GeoFiles
public import Grids

/// A layer that lies in several files, each with its place on the lattice.
///
/// Pixels that no file holds are nodata; where files meet the first one counts. At most
/// ``openLimit`` files are open at a time. Not for use by several threads at once.
public final class MosaicFiles: RasterSource {
  /// One file and its place.
  public struct File: Hashable, Sendable {
    /// Where the file is.
    public let path: String
    /// The band that holds the layer; the first is 1.
    public let band: Int
    /// Where its pixels lie on the lattice.
    public let window: PixelWindow

    /// Names a file and its place.
    public init(path: String, band: Int = 1, window: PixelWindow) {
      self.path = path
      self.band = band
      self.window = window
    }
  }

  /// The most files open at a time.
  public static let openLimit = 8

  private let files: [File]
  private var open: [(path: String, dataset: OpenDataset)] = []

  /// Reads from these files.
  public init(_ files: [File]) { self.files = files }

  /// The bytes of a window, from every file that holds a part of it.
  ///
  /// - Throws: What `GeoFiles` says of a file that cannot be read.
  public func bytes(in window: PixelWindow) throws -> [UInt8] {
    var bytes = [UInt8](repeating: LayerValue.nodata, count: window.area)
    for file in files.reversed() {
      let part = file.window.intersection(window)
      guard !part.isEmpty else { continue }
      let inFile = part.translated(byX: -file.window.x, y: -file.window.y)
      let pixels = try dataset(at: file.path).value.readBytes(in: inFile, bands: [file.band])
      for row in 0..<part.height {
        let target = (part.y + row - window.y) * window.width + part.x - window.x
        let source = row * part.width
        bytes.replaceSubrange(
          target..<target + part.width, with: pixels[source..<source + part.width])
      }
    }
    return bytes
  }

  /// An open dataset, the most recently used last.
  private func dataset(at path: String) throws -> OpenDataset {
    if let index = open.firstIndex(where: { $0.path == path }) {
      let found = open.remove(at: index)
      open.append(found)
      return found.dataset
    }
    if open.count == Self.openLimit { open.removeFirst() }
    let dataset = OpenDataset(try Dataset(opening: path))
    open.append((path, dataset))
    return dataset
  }
}
