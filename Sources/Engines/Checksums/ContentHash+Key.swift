import CCrypto

extension ContentHash {
  /// Takes the hash of bytes together with a secret key: HMAC-SHA-256.
  ///
  /// Source: RFC 2104.
  public init(of bytes: [UInt8], key: [UInt8]) {
    var digest = [UInt8](repeating: 0, count: 32)
    let result = HMAC(
      EVP_sha256(), key, Int32(key.count), bytes, bytes.count, &digest, nil)
    precondition(result != nil, "libcrypto offers no HMAC: is its provider switched off?")
    self.init(
      words: (0..<4).map { word in
        digest[word * 8..<word * 8 + 8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      })
  }

  /// The 32 bytes.
  public var bytes: [UInt8] {
    words.flatMap { word in
      (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - $0 * 8)) }
    }
  }
}
