import Foundation
import Synchronization

/// A bucket of an object store that speaks Amazon's S3.
///
/// Objects are created, whole or not at all, and never replaced. Requests that fail in passing are
/// repeated; each operation is harmless when it is done twice.
public final class ObjectStore: Sendable {
  let settings: BucketSettings
  let means: StoreMeans
  let client = HTTPClient()
  let keeper: CredentialKeeper
  /// The region that requests are signed for; the store may name another.
  let region: Mutex<String>

  /// What one request can carry: Amazon's limit is 5 GB, other stores have it in binary.
  static let largest = 5_000_000_000

  /// Names a bucket; asks nothing yet.
  public init(_ settings: BucketSettings, signingWith source: CredentialSource, _ means: StoreMeans)
  {
    self.settings = settings
    self.means = means
    region = Mutex(settings.region)
    keeper = CredentialKeeper(source, client, means)
  }

  /// Something to be created.
  public enum Content: Sendable {
    /// Bytes in memory.
    case bytes([UInt8])
    /// A file of so many bytes.
    case file(path: String, count: Int)
  }

  /// Creates an object, and sees that it has arrived.
  ///
  /// The store compares the body with its hash before it takes it: the hash is signed, and is given as
  /// the object's checksum besides. Then size and hash are asked for.
  ///
  /// - Parameters:
  ///   - name: The object's name in the bucket.
  ///   - content: What it is to hold.
  ///   - hash: The SHA-256 of that.
  /// - Returns: False where there is such an object already, of whomever. It stays as it is.
  public func create(
    _ name: String, _ content: Content, hash: [UInt8]
  ) throws(ObjectStoreError) -> Bool {
    let digits = RequestSignature.hexadecimal(hash)
    // Where an answer was lost, this tells our object from another's with the same bytes.
    let mark = newMark()
    var call = Call("PUT", name)
    call.bodyHash = digits
    call.headers = [
      ("if-none-match", "*"), ("content-type", "application/octet-stream"),
      ("x-amz-checksum-sha256", hash.base64), ("x-amz-meta-sha256", digits),
      ("x-amz-meta-mark", mark),
    ]
    let count: Int
    switch content {
    case .bytes(let bytes):
      (count, call.body) = (bytes.count, .bytes(bytes))
    case .file(let path, let size):
      guard size <= Self.largest else { throw .tooLarge(path: path, count: size) }
      (count, call.body) = (size, .file(path: path, count: size))
    }
    let answer = try answer(to: call)
    if answer.status == 412 {
      // An earlier request of ours may have got there, whose answer has not come back; libcurl, too,
      // repeats one by itself where a connection that it had kept turns out to be dead.
      return try facts(of: name)?.mark == mark
    }
    guard answer.isGood else { throw refusal(answer, call) }
    try check(name, count: count, hash: digits)
    return true
  }

  /// Sees that an object that the store says it has taken is there, and is what was sent.
  private func check(_ name: String, count: Int, hash: String) throws(ObjectStoreError) {
    guard let facts = try facts(of: name) else {
      throw .differs(
        object: address(of: name),
        reason: "the store took it without complaint and has no such object")
    }
    guard facts.count == count, facts.hash == hash else {
      throw .differs(
        object: address(of: name),
        reason: """
          sent were \(count) bytes with SHA-256 \(hash.prefix(16)), the store has \(facts.count) \
          with \(facts.hash?.prefix(16) ?? "none")
          """)
    }
  }

  /// An object's bytes, and what is told of them; nil where there is no such object.
  public func read(
    _ name: String
  ) throws(ObjectStoreError) -> (bytes: [UInt8], facts: ObjectFacts)? {
    let call = Call("GET", name)
    let answer = try answer(to: call)
    if isMissing(answer) { return nil }
    guard answer.isGood else { throw refusal(answer, call) }
    return (answer.body, Self.facts(answer, count: answer.body.count))
  }

  /// Fetches an object into a file that is whole and durable when this returns, and may hold anything
  /// when it throws.
  ///
  /// - Returns: False where there is no such object; the file is then empty.
  public func fetch(_ name: String, to path: String) throws(ObjectStoreError) -> Bool {
    var call = Call("GET", name)
    call.target = path
    let answer = try answer(to: call)
    if isMissing(answer) { return false }
    guard answer.isGood else { throw refusal(answer, call) }
    return true
  }

  /// What is told of an object; nil where there is no such object.
  public func facts(of name: String) throws(ObjectStoreError) -> ObjectFacts? {
    let call = Call("HEAD", name)
    let answer = try answer(to: call)
    if answer.status == 404 { return nil }
    guard answer.isGood else { throw refusal(answer, call) }
    return Self.facts(answer, count: answer.headers["content-length"].flatMap { Int($0) } ?? -1)
  }

  /// The names of all objects that begin with a prefix, in the store's order.
  public func names(under prefix: String) throws(ObjectStoreError) -> [String] {
    var names: [String] = []
    var next: String?
    repeat {
      var call = Call("GET", "")
      call.query = [
        ("list-type", "2"), ("encoding-type", "url"), ("prefix", prefix.percentEncoded()),
      ]
      if let next { call.query.append(("continuation-token", next.percentEncoded())) }
      let answer = try answer(to: call)
      guard answer.isGood else { throw refusal(answer, call) }
      let list = XMLText(answer.body)
      names += list.all("Key").map(Self.decoded)
      let isLast = list["IsTruncated"] != "true"
      let last = next
      next = isLast ? nil : list["NextContinuationToken"]
      // A list that does not go on, or an answer that is no list, is no list of all.
      guard list["IsTruncated"] != nil, isLast || (next != nil && next != last) else {
        throw .refused(
          object: address(of: prefix), reason: "a list that is none, or does not go on")
      }
    } while next != nil
    return names
  }

  /// Deletes an object; one that is not there is deleted already.
  public func delete(_ name: String) throws(ObjectStoreError) {
    let call = Call("DELETE", name)
    let answer = try answer(to: call)
    guard answer.isGood || isMissing(answer) else { throw refusal(answer, call) }
  }

  /// An object's name for people.
  public func address(of name: String) -> String { "s3://\(settings.bucket)/\(name)" }

  private func newMark() -> String {
    (0..<4).map { _ in String(UInt32(means.chance() * 0x1p32), radix: 36) }.joined(separator: "-")
  }

  private static func facts(_ answer: HTTPAnswer, count: Int) -> ObjectFacts {
    ObjectFacts(
      count: count, hash: answer.headers["x-amz-meta-sha256"],
      mark: answer.headers["x-amz-meta-mark"])
  }

  private static func decoded(_ name: String) -> String {
    name.replacing("+", with: " ").removingPercentEncoding ?? name
  }
}

extension [UInt8] {
  /// In base 64, as stores have checksums.
  var base64: String { Data(self).base64EncodedString() }
}
