import CGDAL
import Grids

/// Copies a GeoTIFF of bytes into a Cloud-Optimized one, and sees that every block is in it.
///
/// Who publishes it reads the pixels back.
///
/// The smaller copies of the source are taken over as they are; a source larger than a block without
/// any would have them made by nearest neighbour. Colour table, nodata, scale, descriptions and
/// metadata are kept. GDAL leaves `<path>.ovr.tmp` behind if the process is killed meanwhile.
///
/// - Parameters:
///   - source: The GeoTIFF.
///   - path: The copy.
///   - compression: How its blocks are packed.
///   - tellsDifferences: Whether each value is packed as its difference from the one before (TIFF 6.0,
///     section 14), which makes gradual values smaller and others larger.
///   - step: Called now and then, while there is progress.
/// - Throws: ``GeoFileError/cannotOpen(path:reason:)`` for the source,
///   ``GeoFileError/cannotCreate(path:reason:)``, and
///   ``GeoFileError/wroteWrongly(path:reason:)`` when the copy lacks a block.
/// - Complexity: O(pixels); one block cache of memory.
public func writeCOG(
  from source: String, to path: String,
  compression: GeoTIFFDescription.Compression = .deflate(level: 5), tellsDifferences: Bool = false,
  step: @escaping () -> Void = {}
) throws(GeoFileError) {
  let progress = Progress(step)
  let original = try Dataset(opening: source)
  let options =
    [
      "BLOCKSIZE=\(GeoTIFFWriter.block)", "OVERVIEWS=AUTO", "OVERVIEW_RESAMPLING=NEAREST",
      "BIGTIFF=IF_SAFER", "NUM_THREADS=1",
      // LERC tells differences by itself.
      "PREDICTOR=\(tellsDifferences && compression != .lerc ? "STANDARD" : "NO")",
    ] + compression.options(levels: ["LEVEL", "LEVEL"])
  let (copy, said) = GDALListener.listen { () -> GDALDatasetH? in
    guard let driver = GDALGetDriverByName("COG") else { return nil }
    removeSideFile(of: path)
    return withStringList(options) {
      GDALCreateCopy(
        driver, path, original.handle.raw, 1, $0, Progress.report,
        Unmanaged.passUnretained(progress).toOpaque())
    }
  }
  guard let copy else {
    throw .cannotCreate(path: path, reason: said.words.withDiskState(of: path))
  }
  try DatasetHandle(copy).close(path: path)
  guard said.isContent else {
    throw .cannotCreate(path: path, reason: said.words.withDiskState(of: path))
  }
  try refuseSideFile(of: path)
  let written = try Dataset(opening: path)
  if let reason = written.missingBlock(in: .allCopies) {
    throw .wroteWrongly(path: path, reason: reason.withDiskState(of: path))
  }
}

/// Hears of GDAL's progress.
private final class Progress {
  private let step: () -> Void

  init(_ step: @escaping () -> Void) { self.step = step }

  static let report: GDALProgressFunc = { _, _, user in
    if let user { Unmanaged<Progress>.fromOpaque(user).takeUnretainedValue().step() }
    return 1  // 0 would cancel
  }
}
