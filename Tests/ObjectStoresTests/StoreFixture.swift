import Checksums
import Synchronization
import TestSupport

@testable import ObjectStores

/// What clients in tests are made with: a clock that stands, chance that repeats itself, no rest.
final class StoreFixture: Sendable {
  /// The pauses that were asked for, in seconds.
  let pauses = Mutex<[Double]>([])
  /// The time, in seconds since 1970.
  let time = Mutex(1_369_353_600.0)
  private let chances: Mutex<SeededGenerator>

  /// - Parameter seed: Clients of different seeds make different marks.
  init(seed: UInt64 = 1) { chances = Mutex(SeededGenerator(seed: seed)) }

  var means: StoreMeans {
    StoreMeans(
      now: { self.time.withLock { $0 } },
      pause: { seconds in self.pauses.withLock { $0.append(seconds) } },
      chance: { self.chances.withLock { Double.random(in: 0..<1, using: &$0) } },
      hash: { ContentHash(of: $0.span).bytes }, code: { ContentHash(of: $0, key: $1).bytes })
  }

  static let credentials = Credentials(keyName: "AKIDLOOPBACK", secret: "hushSECRETkey")

  /// A client of a server on this machine.
  func store(
    port: UInt16, bucket: String = "maps", source: CredentialSource = .given(credentials),
    attempts: Int = 8, stallSeconds: Int = 30
  ) -> ObjectStore {
    var settings = BucketSettings(bucket: bucket)
    settings.endpoint = "http://127.0.0.1:\(port)"
    settings.patience.attempts = attempts
    settings.patience.stallSeconds = stallSeconds
    return ObjectStore(settings, signingWith: source, means)
  }
}

extension ObjectStore {
  /// Creates an object of a text.
  func create(_ name: String, _ text: String) throws(ObjectStoreError) -> Bool {
    let bytes = Array(text.utf8)
    return try create(name, .bytes(bytes), hash: ContentHash(of: bytes.span).bytes)
  }

  /// An object as a text.
  func text(_ name: String) throws(ObjectStoreError) -> String? {
    try read(name).map { String(decoding: $0.bytes, as: UTF8.self) }
  }
}
