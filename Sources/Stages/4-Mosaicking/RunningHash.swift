public import Checksums
import GeoFiles
import Grids

/// The hash of a raster's pixels: strips of 512 rows from the top, in a strip band by band, in a
/// band row by row.
final class RunningHash {
  private var hasher: ContentHasher? = ContentHasher()

  func update(_ bytes: UnsafeBufferPointer<UInt8>) {
    hasher?.update(UnsafeRawBufferPointer(bytes))
  }

  /// The hash of all pixels taken in.
  ///
  /// - Precondition: It is asked for once.
  func finish() -> ContentHash {
    guard let hasher = hasher.take() else { preconditionFailure("the hash was taken before") }
    return hasher.finish()
  }
}

extension ContentHash {
  /// Decodes every block of a raster and takes the hash of its pixels, as ``RunningHash`` does.
  ///
  /// - Throws: ``MosaickingError/file(_:)``.
  /// - Complexity: O(pixels); memory for one strip of one band.
  public init(ofPixelsIn path: String) throws(MosaickingError) {
    let dataset = try MosaickingError.onFile { () throws(GeoFileError) in
      try Dataset(opening: path)
    }
    let hash = RunningHash()
    let pixelBytes = dataset.bands[0].elementType == .uint16 ? 2 : 1
    let strip = Strip(width: dataset.size.width * pixelBytes)
    for window in Strip.windows(of: dataset.size) {
      for band in 1...dataset.bandCount {
        let rows = strip.rows(window.height)
        do throws(GeoFileError) {
          if pixelBytes == 2 {
            try dataset.readWords(in: window, band: band, into: rows)
          } else {
            try dataset.readBytes(in: window, band: band, into: rows)
          }
        } catch { throw .file(error) }
        hash.update(UnsafeBufferPointer(rows))
      }
    }
    self = hash.finish()
  }
}
