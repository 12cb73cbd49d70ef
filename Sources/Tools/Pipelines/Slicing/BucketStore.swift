import Checksums
import Foundation
import Glibc
import ObjectStores
import Synchronization

/// A job in a bucket of an object store.
///
/// An object is created by a request that says `If-None-Match: *`: of many that do so at once, the store
/// lets one succeed, and whoever looks sees a whole object or none.
final class BucketStore: JobStore {
  let place: String
  private let store: ObjectStore
  /// What names of the job begin with in the bucket; empty, or with a slash at its end.
  private let prefix: String
  /// Whether the store has been seen to refuse what would replace an object.
  private let isProved = Mutex(false)

  /// Names a place; asks nothing yet.
  init(
    bucket: String, prefix: String, environment: [String: String],
    patience: Patience = Patience(), means: StoreMeans = .ofThisMachine
  ) {
    let access = BucketAccess(to: bucket, environment: environment)
    var settings = access.settings
    settings.patience = patience
    place = JobPlace.bucket(name: bucket, prefix: prefix).words
    self.prefix = prefix
    store = ObjectStore(settings, signingWith: access.credentials, means)
  }

  // MARK: - Reading

  func names(under prefix: String) throws -> [String] {
    try store.names(under: self.prefix + prefix).map { String($0.dropFirst(self.prefix.count)) }
      .sorted()
  }

  func read(_ name: String) throws -> Data? {
    for attempt in 1... {
      guard let object = try store.read(prefix + name) else { return nil }
      let found = ContentHash(of: object.bytes.span).description
      // What somebody has put there by hand has no hash beside it.
      guard let hash = object.facts.hash, hash != found else { return Data(object.bytes) }
      if attempt == 2 { throw differs(name, found: found, wanted: hash) }
    }
    return nil
  }

  func bring(_ name: String, to file: URL, hash: String) throws {
    let staged = file.deletingLastPathComponent().appending(path: ".\(UUID().uuidString).part").path
    defer { unlink(staged) }
    for attempt in 1... {
      guard try store.fetch(prefix + name, to: staged) else {
        throw JobError.damaged(place: place, name: name, reason: "the object is absent")
      }
      let found = try ContentHash(ofFile: staged).description
      if found == hash { break }
      if attempt == 2 { throw differs(name, found: found, wanted: hash) }
    }
    guard rename(staged, file.path) == 0 else {
      throw ObjectStoreError.cannotKeep(
        path: file.path, reason: String(cString: strerror(errno)))
    }
  }

  private func differs(_ name: String, found: String, wanted: String) -> JobError {
    .damaged(
      place: place, name: name,
      reason: "fetched twice, its SHA-256 is \(found.prefix(16)) and should be \(wanted.prefix(16))"
    )
  }

  // MARK: - Creating

  func create(_ name: String, holding data: Data) throws -> Bool {
    let bytes = [UInt8](data)
    let hash = ContentHash(of: bytes.span).bytes
    let isOurs = try store.create(prefix + name, .bytes(bytes), hash: hash)
    if isOurs { try prove(name, bytes, hash) }
    return isOurs
  }

  /// Sees once that the store refuses to replace: not every one that speaks S3 knows the condition, and
  /// one that does not would let two slices commit the same shard.
  private func prove(_ name: String, _ bytes: [UInt8], _ hash: [UInt8]) throws {
    if isProved.withLock({ $0 }) { return }
    // The same bytes, so that no harm is done where it is replaced.
    if try store.create(prefix + name, .bytes(bytes), hash: hash) {
      throw ObjectStoreError.replaces(
        place: place, reason: "\(name) could be created twice")
    }
    isProved.withLock { $0 = true }
  }

  func create(_ name: String, copying file: URL, hash: String) throws -> Bool {
    guard let digest = ContentHash(hexadecimal: hash) else {
      throw RunError.wroteWrongly(path: file.path)
    }
    var state = stat()
    guard stat(file.path, &state) == 0 else {
      throw ObjectStoreError.cannotRead(
        path: file.path, reason: String(cString: strerror(errno)))
    }
    return try store.create(
      prefix + name, .file(path: file.path, count: Int(state.st_size)), hash: digest.bytes)
  }

  // MARK: - Deleting

  func delete(_ names: [String]) throws {
    for name in names { try store.delete(prefix + name) }
  }

  /// Nothing: what is killed half-way leaves nothing in a bucket, since every object is one request.
  func sweep() throws {}
}

extension StoreMeans {
  /// Time, rest and chance of this machine, and the hashes of ``Checksums``.
  static let ofThisMachine = StoreMeans(
    now: { Date().timeIntervalSince1970 }, pause: { Thread.sleep(forTimeInterval: $0) },
    chance: { Double.random(in: 0..<1) }, hash: { ContentHash(of: $0.span).bytes },
    code: { ContentHash(of: $0, key: $1).bytes })
}

extension ObjectStoreError {
  /// How a command ends that fails for it.
  var exitStatus: ExitStatus {
    switch self {
    case .badEndpoint: .usage
    case .noCredentials, .noBucket, .denied, .clocksDiffer, .refused, .cannotRead: .badInput
    case .tooLarge: .badPipeline
    case .replaces: .unavailable
    case .unreachable, .failing, .differs, .cannotKeep: .cannotWrite
    }
  }
}
