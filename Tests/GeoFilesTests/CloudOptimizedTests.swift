import Foundation
import Grids
import Polygons
import TestSupport
import Testing

@testable import GeoFiles

@Suite struct `Cloud-Optimized GeoTIFFs` {
  let folder: DrawnFolder
  let size = PixelSize(width: 1300, height: 700)

  init() throws { folder = try DrawnFolder() }

  func description() throws -> GeoTIFFDescription { try .drawn(size, bands: ["building"]) }

  /// Another picture at each level, so that none is taken for another.
  func pattern(_ size: PixelSize, level: Int) -> [UInt8] {
    (0..<size.area).map { place in
      let (x, y) = (place % size.width, place / size.width)
      return UInt8(truncatingIfNeeded: x &* 7 &+ y &* 13 &+ level &* 31 &+ (x / 512) &* (y / 64))
    }
  }

  func writeSource(_ description: GeoTIFFDescription) throws -> String {
    let path = folder.file("source.tif")
    let writer = try GeoTIFFWriter(creating: path, description)
    try writer.write(pattern(size, level: 0), in: PixelWindow(size), band: 1)
    for level in 0..<description.overviewCount {
      let small = description.size(ofOverview: level)
      try writer.write(
        pattern(small, level: level + 1), in: PixelWindow(small), band: 1, overview: level)
    }
    try writer.close()
    return path
  }

  /// Reads all levels of a file as GDAL sees them.
  func levels(of path: String) throws -> [[UInt8]] {
    let count = try Dataset(opening: path).overviewCount
    return try (0...count).map { level in
      let file = try Dataset(opening: level == 0 ? path : "GTIFF_DIR:\(level + 1):\(path)")
      return try file.readBytes(in: PixelWindow(file.size), bands: [1])
    }
  }

  @Test(arguments: [
    GeoTIFFDescription.Compression.deflate(level: 5), .zstd(level: 9), .lerc, .none,
  ])
  func `keep pixels, smaller copies and what is said of them`(
    _ compression: GeoTIFFDescription.Compression
  ) throws {
    var description = try description()
    description.compression = compression
    description.tellsDifferences = true
    description.scale = 0.005
    description.metadata = [.init(name: "MAPWRIGHT_LAYER", value: "probability")]
    let source = try writeSource(description)
    let path = folder.file("cog.tif")
    try writeCOG(from: source, to: path)
    let copy = try Dataset(opening: path)
    #expect(copy.bands.map(\.name) == ["building"])
    #expect(copy.bands.map(\.nodata) == [255])
    #expect(copy.bands.map(\.scale) == [0.005])
    #expect(copy.transform == description.transform)
    #expect(try copy.crs?.isSame(as: description.crs) == true)
    let expected = [size, description.size(ofOverview: 0), description.size(ofOverview: 1)]
    #expect(
      try levels(of: path) == expected.enumerated().map { pattern($0.element, level: $0.offset) })
  }

  @Test func `keep numbers of two bytes`() throws {
    var description = try description()
    description.isWide = true
    description.overviewCount = 0
    let source = folder.file("wide.tif")
    let writer = try GeoTIFFWriter(creating: source, description)
    let bytes = (0..<2 * size.area).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 / 2600) }
    try writer.write(bytes, in: PixelWindow(size), band: 1)
    try writer.close()
    try writeCOG(from: source, to: folder.file("cog.tif"))
    var read = [UInt8](repeating: 0, count: bytes.count)
    try read.withUnsafeMutableBufferPointer {
      try Dataset(opening: folder.file("cog.tif")).readWords(
        in: PixelWindow(size), band: 1, into: $0)
    }
    #expect(read == bytes)
  }

  @Test func `keep a table of colours`() throws {
    var description = try description()
    description.colors = [[10, 20, 30], [200, 100, 50]]
    try writeCOG(from: writeSource(description), to: folder.file("cog.tif"))
    let colors = try Dataset(opening: folder.file("cog.tif")).bands[0].colors
    #expect(colors?.prefix(2) == [[10, 20, 30], [200, 100, 50]])
  }

  @Test(arguments: [false, true])
  func `have directories first, then the smallest copy, each block in its frame`(
    isBig: Bool
  ) throws {
    var source = try writeSource(description())
    if isBig { source = try rewriteBig(source) }
    let path = folder.file("cog.tif")
    try writeCOG(from: source, to: path)
    #expect(try levels(of: path) == levels(of: source))

    let file = try TIFFSource(opening: path)
    #expect(file.isBig == isBig)
    let directories = try TIFFDirectory.all(in: file)
    #expect(directories.map(\.blocks.count) == [6, 2, 1])
    let blocks = directories.reversed().flatMap(\.blocks)
    var end = try file.number(at: isBig ? 8 : 4)
    #expect(end == (isBig ? 200 : 192))
    end += directories.reduce(0) { $0 + $1.byteCount(isBig: isBig) }
    for block in blocks {
      #expect(block.offset == end + 4)
      #expect(try file.number(at: block.offset - 4, bytes: 4) == block.count)
      end = block.offset + block.count + 4
      #expect(try file.read(4, at: end - 4) == file.read(4, at: end - 8))
    }
    let length = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
    #expect(length == end)
    // What GDAL reads before anything else.
    let words = try String(decoding: file.read(43 + 140, at: isBig ? 16 : 8), as: UTF8.self)
    #expect(
      words == """
        GDAL_STRUCTURAL_METADATA_SIZE=000140 bytes
        LAYOUT=IFDS_BEFORE_DATA
        BLOCK_ORDER=ROW_MAJOR
        BLOCK_LEADER=SIZE_AS_UINT4
        BLOCK_TRAILER=LAST_4_BYTES_REPEATED
        KNOWN_INCOMPATIBLE_EDITION=NO
        \u{20}
        """)
  }

  /// The same file as GDAL writes it from two gigabytes on: with offsets of 64 bits, and lengths of 32
  /// where there are several.
  private func rewriteBig(_ path: String) throws -> String {
    let source = try TIFFSource(opening: path)
    var directories = try TIFFDirectory.all(in: source)
    var blocks: [[UInt8]] = []
    var end = directories.reduce(16) { $0 + $1.byteCount(isBig: true) + 24 * $1.blocks.count }
    let lengths = directories.map { $0.entries.first { $0.tag == 325 } }
    for level in directories.indices {
      let places = try directories[level].blocks.map { block in
        defer { end += block.count }
        blocks.append(try source.read(block.count, at: block.offset))
        return PackedBlock(offset: end, count: block.count)
      }
      directories[level].setBlocks(places, isBig: true)
      if places.count > 1, let lengths = lengths[level] { directories[level].put(lengths) }
    }
    var bytes: [UInt8] = [0x49, 0x49, 43, 0, 8, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0]
    for (level, directory) in directories.enumerated() {
      let next = bytes.count + directory.byteCount(isBig: true)
      let isLast = level + 1 == directories.count
      bytes += directory.bytes(at: bytes.count, next: isLast ? 0 : next, isBig: true)
    }
    bytes.pad(to: directories[0].blocks[0].offset)
    bytes += blocks.joined()
    let big = folder.file("big.tif")
    try Data(bytes).write(to: URL(filePath: big))
    return big
  }

  @Test func `leave nothing beside them`() throws {
    try writeCOG(from: writeSource(description()), to: folder.file("cog.tif"))
    _ = try Dataset(opening: folder.file("cog.tif")).readBytes(
      in: PixelWindow(x: 0, y: 0, width: 9, height: 9), bands: [1])
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(names == ["cog.tif", "source.tif"])
  }

  @Test func `are not made of what is no TIFF, or the end of one`() throws {
    let path = folder.file("source.tif")
    try Data("no picture at all".utf8).write(to: URL(filePath: path))
    let error = #expect(throws: GeoFileError.self) {
      try writeCOG(from: path, to: folder.file("cog.tif"))
    }
    #expect(
      error
        == .cannotOpen(
          path: path, reason: "it does not begin as a TIFF, the smaller byte first"))
    #expect(throws: GeoFileError.self) {
      try writeCOG(from: folder.file("absent.tif"), to: folder.file("cog.tif"))
    }
    let whole = try Data(contentsOf: URL(filePath: writeSource(description())))
    try whole.dropLast(9).write(to: URL(filePath: path))
    let cut = #expect(throws: GeoFileError.self) {
      try writeCOG(from: path, to: folder.file("cog.tif"))
    }
    #expect(cut?.description.contains("before what it names") == true)
  }

  @Test func `are not made of a file that lacks a block`() throws {
    let path = try writeSource(description())
    var bytes = try Data(contentsOf: URL(filePath: path))
    var counts: [UInt8] = []
    for block in try TIFFDirectory.all(in: TIFFSource(opening: path))[0].blocks {
      counts.appendLittleEndian(UInt32(block.count))
    }
    let place = try #require(bytes.range(of: Data(counts)))
    bytes.replaceSubrange(place.prefix(4), with: [0, 0, 0, 0])
    try bytes.write(to: URL(filePath: path))
    let error = #expect(throws: GeoFileError.self) {
      try writeCOG(from: path, to: folder.file("cog.tif"))
    }
    #expect(error == .wroteWrongly(path: path, reason: "it lacks a block"))
  }

  @Test func `are not made of a file whose blocks end beyond it`() throws {
    let path = try writeSource(description())
    var bytes = try Data(contentsOf: URL(filePath: path))
    for level in try TIFFDirectory.all(in: TIFFSource(opening: path)).prefix(2) {
      var counts: [UInt8] = []
      for block in level.blocks { counts.appendLittleEndian(UInt32(block.count)) }
      let place = try #require(bytes.range(of: Data(counts)))
      bytes.replaceSubrange(place, with: repeatElement(0xFF, count: counts.count))
    }
    try bytes.write(to: URL(filePath: path))
    let error = #expect(throws: GeoFileError.self) {
      try writeCOG(from: path, to: folder.file("cog.tif"))
    }
    #expect(error?.description.contains("before what it names") == true)
  }

  @Test func `tell of a full disk`() throws {
    let path = folder.file("full.tif")
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/full")
    let error = #expect(throws: GeoFileError.self) {
      try writeCOG(from: writeSource(description()), to: path)
    }
    #expect(
      error?.description == """
        cannot write pixels of '\(path)'; the file on disk is incomplete
          the system says: No space left on device
          free some space and run the same command again; finished work is kept
        """)
  }
}
