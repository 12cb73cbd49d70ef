/// The SHA-256 of some bytes: what they are, whatever they are called and wherever they lie.
///
/// Source: FIPS 180-4.
public struct ContentHash: Hashable, Sendable {
  /// The 32 bytes, as four big-endian words.
  let words: [UInt64]

  init(words: [UInt64]) {
    precondition(words.count == 4)
    self.words = words
  }

  /// Takes the hash of bytes in memory.
  ///
  /// - Complexity: O(bytes).
  public init(of bytes: borrowing Span<UInt8>) {
    var hasher = ContentHasher()
    hasher.update(bytes)
    self = hasher.finish()
  }

  /// Reads a hash from its 64 hexadecimal digits; nil when they are anything else.
  public init?(hexadecimal text: String) {
    let digits = text.utf8.map { Self.value(ofDigit: $0) }
    guard digits.count == 64, !digits.contains(nil) else { return nil }
    words = (0..<4).map { word in
      digits[word * 16..<word * 16 + 16].reduce(0) { $0 << 4 | UInt64($1 ?? 0) }
    }
  }

  /// The first 16 hexadecimal digits, as they stand in file names.
  public var short: String { String(description.prefix(16)) }

  private static func value(ofDigit digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

extension ContentHash: CustomStringConvertible {
  /// The 64 hexadecimal digits, in lower case.
  public var description: String {
    words.map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}

extension ContentHash: Codable {
  /// Reads the hash from a single string of 64 hexadecimal digits.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let hash = ContentHash(hexadecimal: text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(text)' is not a SHA-256 in 64 hexadecimal digits")
    }
    self = hash
  }

  /// Writes the hash as a single string of 64 hexadecimal digits.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
