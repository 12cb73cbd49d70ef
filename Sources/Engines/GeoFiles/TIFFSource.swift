import Glibc

/// A TIFF file on the disk that is read byte by byte.
final class TIFFSource {
  /// Whether offsets have 64 bits.
  private(set) var isBig = false
  private let path: String
  private let descriptor: Int32
  private let end: Int

  /// The bytes of an offset, and of what is as wide as one.
  var word: Int { isBig ? 8 : 4 }

  /// The bytes of a tag in a directory.
  var entrySize: Int { 4 + 2 * word }

  /// Opens a file.
  ///
  /// - Throws: ``GeoFileError/cannotOpen(path:reason:)``, ``GeoFileError/cannotRead(what:path:reason:)``.
  init(opening path: String) throws(GeoFileError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .cannotOpen(path: path, reason: OutputFile.lastReason)
    }
    end = lseek(descriptor, 0, SEEK_END)
    let mark = try read(4, at: 0)
    guard mark == [0x49, 0x49, 42, 0] || mark == [0x49, 0x49, 43, 0] else {
      throw .cannotOpen(path: path, reason: "it does not begin as a TIFF, the smaller byte first")
    }
    isBig = mark[2] == 43
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Some bytes.
  ///
  /// - Throws: ``GeoFileError/cannotRead(what:path:reason:)``.
  func read(_ count: Int, at offset: Int) throws(GeoFileError) -> [UInt8] {
    try check(count, at: offset)
    return try OutputFile.read(count, at: offset, from: descriptor, orElse: isDamaged)
  }

  /// Sees that so many bytes are there.
  ///
  /// - Throws: ``GeoFileError/cannotRead(what:path:reason:)``.
  func check(_ count: Int, at offset: Int) throws(GeoFileError) {
    guard offset >= 0, count >= 0, offset <= end - count else {
      throw isDamaged("it ends at byte \(end), before what it names")
    }
  }

  /// What is thrown where the file cannot be as it was written.
  func isDamaged(_ reason: String) -> GeoFileError {
    .cannotRead(what: "the directories or blocks", path: path, reason: reason)
  }

  /// A whole number; of as many bytes as an offset has, if not told otherwise.
  func number(at offset: Int, bytes count: Int? = nil) throws(GeoFileError) -> Int {
    try read(count ?? word, at: offset).reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
