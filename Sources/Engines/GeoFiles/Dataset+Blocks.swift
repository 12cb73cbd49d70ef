import CGDAL
import Glibc

/// Which blocks of a file are looked for.
package enum BlockSearch {
  /// Those of the picture itself; blocks never written are lawful, as in a sparse file.
  case picture
  /// Those of the picture and of the smaller copies in the same file, all of which must be there.
  case allCopies
}

extension Dataset {
  /// Names the first block that lies beyond the file's end or nowhere; nil when all are there.
  ///
  /// Knows GeoTIFF only, and finds nothing wrong with other formats. Reads the index, not the
  /// pixels. Of more than a hundred thousand blocks, as many are looked at, the last among them.
  ///
  /// - Complexity: O(blocks), bounded.
  package borrowing func missingBlock(in search: BlockSearch) -> String? {
    guard driver == "GTiff" || driver == "COG" else { return nil }
    return GDALListener.listen { findMissingBlock(in: search) }.value
  }

  private borrowing func findMissingBlock(in search: BlockSearch) -> String? {
    guard let end = Self.byteCount(of: path) else { return nil }
    for band in bands {
      let levels = search == .picture ? 0 : GDALGetOverviewCount(handle.band(band.index))
      for level in -1..<levels {
        let own = handle.band(band.index)
        guard let raw = level < 0 ? own : GDALGetOverview(own, level) else { continue }
        let name = level < 0 ? "band \(band.index)" : "overview \(level) of band \(band.index)"
        if let block = Self.missingBlock(of: raw, end: end, isSparse: search == .picture) {
          return "\(name) lacks \(block)"
        }
      }
    }
    return nil
  }

  private static func byteCount(of path: String) -> Int64? {
    guard let file = VSIFOpenL(RemoteSignatures.signed(path), "rb") else { return nil }
    defer { _ = VSIFCloseL(file) }
    return VSIFSeekL(file, 0, SEEK_END) == 0 ? Int64(VSIFTellL(file)) : nil
  }

  private static func missingBlock(
    of raw: GDALRasterBandH, end: Int64, isSparse: Bool
  ) -> String? {
    var width: Int32 = 0
    var height: Int32 = 0
    GDALGetBlockSize(raw, &width, &height)
    guard width > 0, height > 0 else { return "all blocks" }
    let columns = (GDALGetRasterBandXSize(raw) + width - 1) / width
    let rows = (GDALGetRasterBandYSize(raw) + height - 1) / height
    let count = Int(columns) * Int(rows)
    let step = max(1, count / 100_000)
    for block in Array(stride(from: 0, to: count, by: step)) + [count - 1] {
      let (column, row) = (block % Int(columns), block / Int(columns))
      func number(_ item: String) -> Int64? {
        GDALGetMetadataItem(raw, "\(item)_\(column)_\(row)", "TIFF")
          .flatMap { Int64(String(cString: $0)) }
      }
      let name = "the block in column \(column), row \(row)"
      guard let offset = number("BLOCK_OFFSET"), let size = number("BLOCK_SIZE"), size > 0 else {
        if isSparse { continue }
        return name
      }
      if offset + size > end { return "\(name), which ends at byte \(offset + size) of \(end)" }
    }
    return nil
  }
}
