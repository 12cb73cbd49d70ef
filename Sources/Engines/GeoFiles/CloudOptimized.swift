import Polygons

/// Makes a Cloud-Optimized GeoTIFF of a GeoTIFF with smaller copies, and sees that every block is in it.
///
/// Blocks are taken over as they are packed; nothing is decoded. What changes is their order: first
/// all directories, then the smallest copy, and the picture last, row by row. Before and behind each
/// block stands what GDAL looks for to read it at one go.
///
/// Who publishes it reads the pixels back.
///
/// - Parameters:
///   - source: A GeoTIFF of one band, as ``GeoTIFFWriter`` leaves it.
///   - path: The copy.
///   - step: Called now and then, while there is progress.
/// - Throws: ``GeoFileError/cannotOpen(path:reason:)`` and ``GeoFileError/cannotRead(what:path:reason:)``
///   for the source, ``GeoFileError/cannotCreate(path:reason:)``,
///   ``GeoFileError/cannotWrite(what:path:reason:)``, ``GeoFileError/cannotClose(path:reason:)``, and
///   ``GeoFileError/wroteWrongly(path:reason:)`` when a block is missing.
/// - Complexity: O(packed bytes); memory for the directories and one block.
///
/// Source: OGC 21-026, "Cloud Optimized GeoTIFF Standard"; GDAL, "COG – Cloud Optimized GeoTIFF generator",
/// on the structure of the file.
public func writeCOG(
  from source: String, to path: String, step: () -> Void = {}
) throws(GeoFileError) {
  let original = try TIFFSource(opening: source)
  var directories = try TIFFDirectory.all(in: original)
  let isBig = original.isBig
  let blocks = directories.map(\.blocks)
  guard blocks.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.count > 0 } }) else {
    throw .wroteWrongly(path: source, reason: "it lacks a block")
  }
  for block in blocks.joined() { try original.check(block.count, at: block.offset) }
  // First as wide as they are written below: a source may have lengths in fewer bytes than offsets.
  for level in directories.indices { directories[level].setBlocks(blocks[level], isBig: isBig) }
  var end = directories.reduce(COGFrame.head(isBig: isBig).count) {
    $0 + $1.byteCount(isBig: isBig)
  }
  for level in directories.indices.reversed() {
    let places = blocks[level].map { block in
      defer { end += block.count + COGFrame.size }
      return PackedBlock(offset: end + COGFrame.size / 2, count: block.count)
    }
    directories[level].setBlocks(places, isBig: isBig)
  }

  removeSideFile(of: path)
  let file = try OutputFile(creating: path, holding: "pixels")
  try file.append(COGFrame.head(isBig: isBig))
  for (level, directory) in directories.enumerated() {
    let next = file.count + directory.byteCount(isBig: isBig)
    let isLast = level + 1 == directories.count
    try file.append(
      directory.bytes(at: file.count, next: isLast ? 0 : next, isBig: isBig))
  }
  for block in blocks.reversed().joined() {
    try file.append(COGFrame.around(original.read(block.count, at: block.offset)))
    step()
  }
  try file.close()
  let written = try Dataset(opening: path)
  if let reason = written.missingBlock(in: .allCopies) {
    throw .wroteWrongly(path: path, reason: reason.withDiskState(of: path))
  }
}

/// What stands around directories and blocks, so that readers know the order of the file.
private enum COGFrame {
  /// The bytes before and behind a block, together.
  static let size = 8

  /// The beginning of the file: where the first directory is, and in words how the file is laid out.
  ///
  /// A program that changes the file in place makes the `NO` at the end a `YES`.
  static func head(isBig: Bool) -> [UInt8] {
    let layout = """
      LAYOUT=IFDS_BEFORE_DATA
      BLOCK_ORDER=ROW_MAJOR
      BLOCK_LEADER=SIZE_AS_UINT4
      BLOCK_TRAILER=LAST_4_BYTES_REPEATED
      KNOWN_INCOMPATIBLE_EDITION=NO
      \u{20}
      """
    let digits = "\(1_000_000 + layout.utf8.count)".dropFirst()
    let words = Array("GDAL_STRUCTURAL_METADATA_SIZE=\(digits) bytes\n\(layout)".utf8)
    let mark: [UInt8] = [0x49, 0x49] + (isBig ? [43, 0, 8, 0, 0, 0] : [42, 0])
    var head = mark
    head.append(
      word: (mark.count + (isBig ? 8 : 4) + words.count).roundedToWords, isBig: isBig)
    head += words
    head.pad(to: head.count.roundedToWords)
    return head
  }

  /// A packed block between its length and its last four bytes once more.
  static func around(_ block: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(block.count + size)
    bytes.appendLittleEndian(UInt32(block.count))
    bytes += block
    bytes += block[max(0, block.count - size / 2)...]
    return bytes
  }
}
