import Polygons

/// The tags of one picture in a TIFF file, as they are stored.
///
/// Knows files whose smaller byte comes first, with offsets of 32 or 64 bits.
///
/// Source: TIFF Revision 6.0, section 2; Aware Systems, "The BigTIFF File Format".
struct TIFFDirectory {
  /// A tag and its values.
  struct Entry {
    let tag: Int
    let type: Int
    let count: Int
    let bytes: [UInt8]
  }

  /// `TileOffsets` and `TileByteCounts`.
  private static let (offsets, byteCounts) = (324, 325)

  /// In ascending order of tags.
  private(set) var entries: [Entry]

  /// Reads the directories of a file, in their order.
  ///
  /// - Throws: ``GeoFileError/cannotRead(what:path:reason:)``.
  static func all(in file: TIFFSource) throws(GeoFileError) -> [TIFFDirectory] {
    var directories: [TIFFDirectory] = []
    var next = try file.number(at: file.word)
    while next > 0 {
      guard directories.count < 64 else { throw file.isDamaged("it has too many directories") }
      let (start, countSize) = (next, file.isBig ? 8 : 2)
      let count = try file.number(at: start, bytes: countSize)
      var entries: [Entry] = []
      for index in 0..<max(0, count) {
        entries.append(try Entry(at: start + countSize + index * file.entrySize, in: file))
      }
      directories.append(TIFFDirectory(entries: entries))
      next = try file.number(at: start + countSize + count * file.entrySize)
    }
    return directories
  }

  /// Where the blocks of the picture are, row by row.
  var blocks: [PackedBlock] {
    zip(numbers(Self.offsets), numbers(Self.byteCounts)).map {
      PackedBlock(offset: $0, count: $1)
    }
  }

  /// Says that the blocks are elsewhere.
  mutating func setBlocks(_ blocks: [PackedBlock], isBig: Bool) {
    set(Self.offsets, to: blocks.map(\.offset), isBig: isBig)
    set(Self.byteCounts, to: blocks.map(\.count), isBig: isBig)
  }

  /// The whole numbers of a tag; none where it is absent.
  private func numbers(_ tag: Int) -> [Int] {
    guard let entry = entries.first(where: { $0.tag == tag }) else { return [] }
    let size = Entry.size(ofType: entry.type)
    return (0..<entry.count).map { index in
      entry.bytes[(index * size)..<(index + 1) * size].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
  }

  /// Replaces the values of a tag by whole numbers of four bytes (`LONG`), or eight (`LONG8`).
  private mutating func set(_ tag: Int, to numbers: [Int], isBig: Bool) {
    var bytes: [UInt8] = []
    for number in numbers { bytes.append(word: number, isBig: isBig) }
    put(Entry(tag: tag, type: isBig ? 16 : 4, count: numbers.count, bytes: bytes))
  }

  /// Replaces the values of a tag that is there.
  mutating func put(_ entry: Entry) {
    entries = entries.map { $0.tag == entry.tag ? entry : $0 }
  }

  /// How many bytes it takes, values included.
  func byteCount(isBig: Bool) -> Int { bytes(at: 0, next: 0, isBig: isBig).count }

  /// The directory as it is stored at `offset`, values behind it; `next` is where the next one is, or 0.
  func bytes(at offset: Int, next: Int, isBig: Bool) -> [UInt8] {
    let word = isBig ? 8 : 4
    var table: [UInt8] = []
    if isBig {
      table.appendLittleEndian(UInt64(entries.count))
    } else {
      table.appendLittleEndian(UInt16(entries.count))
    }
    var values: [UInt8] = []
    let start = offset + (table.count + entries.count * (4 + 2 * word) + word).roundedToWords
    for entry in entries {
      table.appendLittleEndian(UInt16(entry.tag))
      table.appendLittleEndian(UInt16(entry.type))
      table.append(word: entry.count, isBig: isBig)
      if entry.bytes.count > word {
        table.append(word: start + values.count, isBig: isBig)
        values += entry.bytes
        values.pad(to: values.count.roundedToWords)
      } else {
        table += entry.bytes
        table.pad(to: table.count + word - entry.bytes.count)
      }
    }
    table.append(word: next, isBig: isBig)
    table.pad(to: start - offset)
    return table + values
  }
}

extension TIFFDirectory.Entry {
  fileprivate init(at place: Int, in file: TIFFSource) throws(GeoFileError) {
    tag = try file.number(at: place, bytes: 2)
    type = try file.number(at: place + 2, bytes: 2)
    count = try file.number(at: place + 4)
    // A count beyond all sense stays one, and reading refuses it.
    let length = max(-1, min(count, .max / 8)) * Self.size(ofType: type)
    let value = place + 4 + file.word
    bytes = try file.read(length, at: length > file.word ? try file.number(at: value) : value)
  }

  /// The bytes of a value, by the number of its type.
  static func size(ofType type: Int) -> Int {
    switch type {
    case 3, 8: 2
    case 4, 9, 11, 13: 4
    case 5, 10, 12, 16, 17, 18: 8
    default: 1
    }
  }
}

/// Where a packed block is in its file.
struct PackedBlock {
  let offset: Int
  let count: Int
}

extension Int {
  /// The next multiple of eight, at which everything in a directory begins.
  var roundedToWords: Int { (self + 7) / 8 * 8 }
}

extension [UInt8] {
  /// Appends an offset, or what is as wide as one.
  mutating func append(word: Int, isBig: Bool) {
    if isBig { appendLittleEndian(UInt64(word)) } else { appendLittleEndian(UInt32(word)) }
  }

  /// Appends zeros.
  mutating func pad(to length: Int) { append(contentsOf: repeatElement(0, count: length - count)) }
}
