import Checksums
import Foundation
import Testing

@Suite struct `Content hashes` {
  /// `printf abc | sha256sum`, also FIPS 180-4's own example.
  let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
  /// `printf '' | sha256sum`.
  let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

  @Test func `are SHA-256`() {
    #expect(ContentHash(of: Array("abc".utf8).span).description == abc)
    #expect(ContentHasher().finish().description == nothing)
  }

  @Test func `do not depend on how the bytes are cut`() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let whole = ContentHash(of: bytes.span)
    for cut in [0, 1, 63, 64, 65, 999, 1000] {
      var hasher = ContentHasher()
      hasher.update(Array(bytes[..<cut]).span)
      bytes[cut...].withUnsafeBytes { hasher.update($0) }
      #expect(hasher.finish() == whole)
    }
  }

  @Test func `keep leading zeroes`() {
    #expect(ContentHash(hexadecimal: String(repeating: "0", count: 64))?.description.count == 64)
    #expect(
      ContentHash(hexadecimal: "00" + abc.dropFirst(2))?.description == "00" + abc.dropFirst(2))
  }

  @Test func `are shortened to sixteen digits in file names`() {
    #expect(ContentHash(of: Array("abc".utf8).span).short == "ba7816bf8f01cfea")
  }

  @Test func `are written as text and read back`() throws {
    let hash = ContentHash(of: Array("abc".utf8).span)
    let text = try JSONEncoder().encode([hash])
    #expect(String(decoding: text, as: UTF8.self) == "[\"\(abc)\"]")
    #expect(try JSONDecoder().decode([ContentHash].self, from: text) == [hash])
  }

  @Test(arguments: ["", "ba78", "zz7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"])
  func `are not read from other text`(_ text: String) {
    #expect(ContentHash(hexadecimal: text) == nil)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([ContentHash].self, from: Data("[\"\(text)\"]".utf8))
    }
  }
}

@Suite struct `Content hashes of files` {
  @Test(arguments: [0, 1, 1 << 20, (1 << 20) + 1, 3_000_000])
  func `are those of the bytes in them`(_ count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try Data(bytes).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    #expect(try ContentHash(ofFile: file.path) == ContentHash(of: bytes.span))
  }

  @Test func `say why a file cannot be read`() {
    let error = #expect(throws: ChecksumError.self) {
      try ContentHash(ofFile: "/nowhere/scene.tif")
    }
    #expect(
      error?.description == """
        cannot take the checksum of '/nowhere/scene.tif'
          the system says: No such file or directory
          check that it is a file that you may read
        """)
  }

  @Test func `refuse a folder`() {
    #expect(throws: ChecksumError.cannotRead(path: "/tmp", reason: "Is a directory")) {
      try ContentHash(ofFile: "/tmp")
    }
  }
}

@Suite struct `Content hashes with a key` {
  /// RFC 4231's cases 1, 2 and 6.
  @Test(arguments: [
    (
      [UInt8](repeating: 0x0b, count: 20), "Hi There",
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      Array("Jefe".utf8), "what do ya want for nothing?",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      [UInt8](repeating: 0xaa, count: 131),
      "Test Using Larger Than Block-Size Key - Hash Key First",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
  ])
  func `are HMAC-SHA-256`(_ key: [UInt8], _ text: String, _ wanted: String) {
    #expect(ContentHash(of: Array(text.utf8), key: key).description == wanted)
  }

  @Test func `are taken apart into bytes`() {
    let bytes = (0..<32).map { UInt8($0 * 7) }
    let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    #expect(ContentHash(hexadecimal: digits)?.bytes == bytes)
  }
}
