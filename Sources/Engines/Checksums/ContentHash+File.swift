import Glibc

extension ContentHash {
  /// The bytes read at once, and so the memory a file's hash takes.
  private static let pieceSize = 1 << 20

  /// Takes the hash of a file's content, in constant memory.
  ///
  /// - Throws: ``ChecksumError/cannotRead(path:reason:)`` when it is absent or unreadable, or when
  ///   it is no file.
  public init(ofFile path: String) throws(ChecksumError) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .cannotRead(path: path, reason: Self.lastReason) }
    defer { close(file) }
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceSize, alignment: 16)
    defer { piece.deallocate() }
    var hasher = ContentHasher()
    while true {
      let count = read(file, piece.baseAddress, piece.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .cannotRead(path: path, reason: Self.lastReason) }
      if count == 0 { break }
      hasher.update(UnsafeRawBufferPointer(rebasing: piece[..<count]))
    }
    self = hasher.finish()
  }

  private static var lastReason: String { String(cString: strerror(errno)) }
}
