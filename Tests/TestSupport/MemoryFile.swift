public import Polygons

/// A file in memory, which may be full.
public final class MemoryFile: ByteFile {
  /// What a full file throws.
  public struct Full: Error {
    /// Makes the error.
    public init() {}
  }

  /// What was written.
  public private(set) var bytes: [UInt8] = []
  /// Whether it was closed.
  public private(set) var isClosed = false
  private let room: Int

  /// Makes an empty file with room for some bytes.
  public init(room: Int = .max) { self.room = room }

  /// The number of bytes.
  public var count: Int { bytes.count }

  /// Adds bytes at the end.
  public func append(_ more: [UInt8]) throws {
    guard bytes.count + more.count <= room else { throw Full() }
    bytes += more
  }

  /// Writes over bytes.
  public func replace(at offset: Int, with other: [UInt8]) throws {
    bytes.replaceSubrange(offset..<(offset + other.count), with: other)
  }

  /// Reads bytes.
  public func read(_ count: Int, at offset: Int) throws -> [UInt8] {
    Array(bytes[offset..<(offset + count)])
  }

  /// Closes the file.
  public func close() throws { isClosed = true }
}
