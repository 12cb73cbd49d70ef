public import Grids
public import Polygons
import Foundation

/// What a fragment holds: footprints, or pieces of centrelines.
public protocol FragmentRecord {
  /// What a fragment of such records begins with.
  static var signature: [UInt8] { get }
  /// The record's place in the order of all.
  var canonicalPixel: LatticePixel { get }
  /// Appends the record: the number of bytes that follow, then its fields.
  func encode(into bytes: inout [UInt8])
  /// Reads the fields of a record; nil when they do not fill its bytes exactly.
  static func decode(_ record: ArraySlice<UInt8>) -> Self?
}

/// A file with what was traced in one shard, in the order of canonical pixels.
///
/// The same records make the same bytes. The file begins with their signature and the number of
/// records; each follows with its length before it, all numbers little-endian.
public struct FootprintFragment: Hashable, Sendable {
  /// Where the file is.
  public let path: String
  /// The shard's core: the rows tell the merger when the file is needed.
  public let core: PixelWindow

  /// Names the fragment of a shard.
  public init(path: String, core: PixelWindow) {
    self.path = path
    self.core = core
  }

  /// Writes what was traced in a shard; who publishes the file reads it back.
  ///
  /// - Parameter records: In the order of their canonical pixels.
  /// - Returns: The bytes that were written.
  /// - Throws: ``FootprintError/cannotWriteFragment(path:reason:)``.
  @discardableResult
  public func write<Record: FragmentRecord>(
    _ records: [Record]
  ) throws(FootprintError) -> [UInt8] {
    var bytes = Record.signature
    FootprintCoding.append(records.count, to: &bytes)
    for record in records { record.encode(into: &bytes) }
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: path))
    } catch {
      throw .cannotWriteFragment(path: path, reason: FootprintError.words(of: error))
    }
    return bytes
  }

  /// How many records there are.
  ///
  /// - Parameter kind: What they are.
  /// - Throws: ``FootprintError/cannotReadFragment(path:reason:)``,
  ///   ``FootprintError/damagedFragment(path:reason:)``.
  /// - Complexity: O(1).
  public func count<Record: FragmentRecord>(
    of kind: Record.Type = Footprint.self
  ) throws(FootprintError) -> Int {
    try FragmentReader<Record>(self).remaining
  }

  /// Reads all records at once.
  ///
  /// - Throws: ``FootprintError/cannotReadFragment(path:reason:)``,
  ///   ``FootprintError/damagedFragment(path:reason:)``.
  public func read<Record: FragmentRecord>(
    _ kind: Record.Type = Footprint.self
  ) throws(FootprintError) -> [Record] {
    var reader = try FragmentReader<Record>(self)
    var records: [Record] = []
    while let record = try reader.next() { records.append(record) }
    return records
  }
}

/// Reads a fragment piece by piece; no file stays open in between.
struct FragmentReader<Record: FragmentRecord> {
  private let path: String
  private(set) var remaining = 0
  private var buffer: ArraySlice<UInt8> = []
  private var offset: UInt64 = 0
  private var last: LatticePixel?

  /// How much is read at a time, in bytes.
  private let pieceBytes = 1 << 16

  init(_ fragment: FootprintFragment) throws(FootprintError) {
    path = fragment.path
    try fill(Record.signature.count + 8)
    guard buffer.starts(with: Record.signature) else {
      throw damaged("it does not begin like a fragment of this version")
    }
    buffer.removeFirst(Record.signature.count)
    remaining = try integer()
  }

  /// The next record; nil after the last.
  mutating func next() throws(FootprintError) -> Record? {
    guard remaining > 0 else {
      if try !isAtEnd() { throw damaged("there are bytes after the last footprint") }
      return nil
    }
    let count = try integer()
    guard count > 0 else { throw damaged("a footprint has no bytes") }
    try fill(count)
    guard let footprint = Record.decode(buffer.prefix(count)) else {
      throw damaged("a footprint's fields do not fill its bytes")
    }
    if let last, footprint.canonicalPixel <= last { throw damaged("footprints are out of order") }
    buffer.removeFirst(count)
    remaining -= 1
    last = footprint.canonicalPixel
    return footprint
  }

  private mutating func integer() throws(FootprintError) -> Int {
    try fill(8)
    var cursor = ByteCursor(buffer.prefix(8))
    buffer.removeFirst(8)
    guard let number = cursor.integer(), number >= 0 else { throw damaged("a count is negative") }
    return number
  }

  /// Sees to it that `count` bytes are in the buffer.
  private mutating func fill(_ count: Int) throws(FootprintError) {
    guard buffer.count < count else { return }
    let piece = try readPiece(max(pieceBytes, count - buffer.count))
    buffer = ArraySlice(Array(buffer) + piece)
    guard buffer.count >= count else { throw damaged("it ends in the middle of a footprint") }
  }

  private mutating func isAtEnd() throws(FootprintError) -> Bool {
    guard buffer.isEmpty else { return false }
    return try readPiece(1).isEmpty
  }

  private mutating func readPiece(_ count: Int) throws(FootprintError) -> [UInt8] {
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? file.close() }
      let size = try file.seekToEnd()
      guard offset < size else { return [] }
      try file.seek(toOffset: offset)
      let piece = try file.read(upToCount: min(count, Int(size - offset))) ?? Data()
      offset += UInt64(piece.count)
      return [UInt8](piece)
    } catch {
      throw .cannotReadFragment(path: path, reason: FootprintError.words(of: error))
    }
  }

  private func damaged(_ reason: String) -> FootprintError {
    .damagedFragment(path: path, reason: reason)
  }
}
