import Glibc
public import Polygons

/// A file of bytes on the disk, for engines that write formats which GDAL does not.
///
/// A call that returns has given all its bytes to the system; who publishes the file flushes it.
public final class OutputFile: ByteFile {
  /// The path of the file, as given.
  public let path: String
  /// The number of bytes in the file.
  public private(set) var count = 0
  private let content: String
  private var descriptor: Int32

  /// Creates a file, replacing any that is there.
  ///
  /// - Parameter content: What it holds, as errors say it.
  /// - Throws: ``GeoFileError/cannotCreate(path:reason:)``.
  public init(creating path: String, holding content: String = "features") throws(GeoFileError) {
    self.path = path
    self.content = content
    descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .cannotCreate(path: path, reason: Self.lastReason) }
  }

  /// Creates a file that has no name any more, and is gone when it is let go.
  ///
  /// - Parameter path: The name that it has for a moment.
  /// - Throws: ``GeoFileError/cannotCreate(path:reason:)``.
  public static func scratch(at path: String) throws(GeoFileError) -> OutputFile {
    let file = try OutputFile(creating: path)
    unlink(path)
    return file
  }

  deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

  /// Adds bytes at the end.
  ///
  /// - Throws: ``GeoFileError/cannotWrite(what:path:reason:)``.
  public func append(_ bytes: [UInt8]) throws(GeoFileError) {
    try write(bytes, at: count)
    count += bytes.count
  }

  /// Writes over bytes that are there already.
  ///
  /// - Throws: ``GeoFileError/cannotWrite(what:path:reason:)``.
  public func replace(at offset: Int, with bytes: [UInt8]) throws(GeoFileError) {
    precondition(offset >= 0 && offset + bytes.count <= count)
    try write(bytes, at: offset)
  }

  private func write(_ bytes: [UInt8], at offset: Int) throws(GeoFileError) {
    var done = 0
    while done < bytes.count {
      let written = bytes.withUnsafeBytes {
        pwrite(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done, offset + done)
      }
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else {
        throw .cannotWrite(what: content, path: path, reason: Self.lastReason)
      }
      done += written
    }
  }

  /// Reads bytes that were written.
  ///
  /// - Throws: ``GeoFileError/cannotRead(what:path:reason:)``.
  public func read(_ count: Int, at offset: Int) throws(GeoFileError) -> [UInt8] {
    try Self.read(count, at: offset, from: descriptor) { reason in
      .cannotRead(what: content, path: path, reason: reason)
    }
  }

  /// Reads bytes of any open file.
  static func read(
    _ wanted: Int, at offset: Int, from descriptor: Int32, orElse fail: (String) -> GeoFileError
  ) throws(GeoFileError) -> [UInt8] {
    var reason: String?
    let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, done in
      while done < wanted {
        let got = pread(
          descriptor, buffer.baseAddress.map { $0 + done }, wanted - done, offset + done)
        if got < 0 && errno == EINTR { continue }
        guard got > 0 else {
          reason = got < 0 ? lastReason : "it ends too early"
          return
        }
        done += got
      }
    }
    if let reason { throw fail(reason) }
    return bytes
  }

  /// Closes the file, after a look whether it is as long as what was written.
  ///
  /// - Throws: ``GeoFileError/cannotClose(path:reason:)``,
  ///   ``GeoFileError/wroteWrongly(path:reason:)``.
  public func close() throws(GeoFileError) {
    let size = lseek(descriptor, 0, SEEK_END)
    let isClosed = Glibc.close(descriptor) == 0
    descriptor = -1
    guard isClosed else { throw .cannotClose(path: path, reason: Self.lastReason) }
    guard size == count else {
      throw .wroteWrongly(path: path, reason: "it has \(size) bytes, written were \(count)")
    }
  }

  static var lastReason: String {
    "the system says: " + String(cString: strerror(errno))
  }
}
