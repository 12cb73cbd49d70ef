import CCrypto

/// Takes the hash of bytes that come piece by piece.
///
/// How the bytes are cut into pieces makes no difference.
///
/// ```swift
/// var hasher = ContentHasher()
/// hasher.update(header)
/// hasher.update(pixels)
/// let hash = hasher.finish()
/// ```
public struct ContentHasher: ~Copyable {
  private let context: OpaquePointer

  /// Starts with no bytes.
  public init() {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      preconditionFailure("libcrypto offers no SHA-256: is its provider switched off?")
    }
    self.context = context
  }

  /// Takes in more bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
    let status = EVP_DigestUpdate(context, start, bytes.count)
    precondition(status == 1, "SHA-256 refused \(bytes.count) bytes")
  }

  /// Takes in more bytes.
  public mutating func update(_ bytes: borrowing Span<UInt8>) {
    bytes.withUnsafeBytes { update($0) }
  }

  /// The hash of all bytes taken in.
  public consuming func finish() -> ContentHash {
    let words = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { digest in
      let status = EVP_DigestFinal_ex(context, digest.baseAddress, nil)
      precondition(status == 1, "SHA-256 could not be finished")
      return (0..<4).map { word in
        digest[word * 8..<word * 8 + 8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      }
    }
    return ContentHash(words: words)
  }

  deinit { EVP_MD_CTX_free(context) }
}
