import Foundation
import Synchronization

/// A bucket in memory behind as much of Amazon's S3 as jobs need, on this machine's loopback.
///
/// It is strict where a store is: a body is compared with the hash that was signed, `If-None-Match` is
/// honoured, and whoever has another key is sent away. It does not compute signatures.
public final class LoopbackBucket: Sendable {
  /// An object.
  public struct Object: Sendable {
    /// Its content.
    public var bytes: [UInt8]
    /// The lines of the request that created it.
    public var lines: [String]
  }

  /// How it behaves.
  public struct Manner: Sendable {
    /// Whether it is there.
    public var exists = true
    /// Names on one page of a list.
    public var page = 3
    /// The key that it knows.
    public var keyName = "AKIDLOOPBACK"
    /// Whether it honours `If-None-Match`.
    public var createsOnly = true
    /// An answer to every request, instead of its own: the status, the code, other lines.
    public var says: (status: Int, code: String, lines: [String])?

    /// A good one.
    public init() {}
  }

  fileprivate struct State {
    var manner = Manner()
    var objects: [String: Object] = [:]
    var heads: [LoopbackConnection.Head] = []
  }

  /// Its name.
  public let name: String
  private let state: SharedState
  private let listener: LoopbackListener

  fileprivate final class SharedState: Sendable {
    let value = Mutex(State())
  }

  /// Listens at once.
  public init(named name: String = "maps") throws {
    self.name = name
    let state = SharedState()
    self.state = state
    listener = try LoopbackListener { connection in
      while let head = connection.readHead() {
        if head["expect"] != nil { connection.write("HTTP/1.1 100 Continue") }
        let body = connection.read(head.count)
        guard body.count == head.count else { return connection.close() }
        let reply = state.value.withLock { $0.answer(head, body, bucket: name) }
        let length = reply.lines.contains { $0.hasPrefix("Content-Length") }
        connection.write(
          "HTTP/1.1 \(reply.status) Status",
          reply.lines + (length ? [] : ["Content-Length: \(reply.body.count)"]), reply.body)
        if head["connection"]?.lowercased() == "close" { return connection.close() }
      }
    }
  }

  /// Where it listens.
  public var port: UInt16 { listener.port }

  /// Changes how it behaves.
  public func change(_ change: @Sendable (inout Manner) -> Void) {
    state.value.withLock { change(&$0.manner) }
  }

  /// What it holds.
  public var objects: [String: Object] {
    get { state.value.withLock { $0.objects } }
    set { state.value.withLock { $0.objects = newValue } }
  }

  /// What it was asked, in this order: methods and paths.
  public var requests: [String] { heads.map { $0.words.prefix(2).joined(separator: " ") } }

  /// The heads of all requests.
  public var heads: [LoopbackConnection.Head] { state.value.withLock { $0.heads } }
}

private struct Reply {
  var status: Int
  var lines: [String] = []
  var body: [UInt8] = []

  static func error(_ status: Int, _ code: String, _ lines: [String] = []) -> Reply {
    let text = """
      <?xml version="1.0" encoding="UTF-8"?>
      <Error><Code>\(code)</Code><Message>Said by the
        loopback&apos;s bucket</Message></Error>
      """
    return Reply(status: status, lines: lines, body: Array(text.utf8))
  }
}

extension LoopbackBucket.State {
  fileprivate mutating func answer(
    _ head: LoopbackConnection.Head, _ body: [UInt8], bucket: String
  ) -> Reply {
    heads.append(head)
    var reply = decide(head, body, bucket: bucket)
    if head.words.first == "HEAD" {
      reply.lines.append("Content-Length: \(reply.body.count)")
      reply.body = []
    }
    return reply
  }

  private mutating func decide(
    _ head: LoopbackConnection.Head, _ body: [UInt8], bucket: String
  ) -> Reply {
    guard head.words.count > 1 else { return .error(400, "BadRequest") }
    if let says = manner.says { return .error(says.status, says.code, says.lines) }
    if !(head["authorization"] ?? "").contains("Credential=\(manner.keyName)/") {
      return .error(403, "InvalidAccessKeyId")
    }
    let parts = head.words[1].split(separator: "?", maxSplits: 1)
    let path = String(parts[0]).removingPercentEncoding ?? ""
    guard manner.exists, path.hasPrefix("/\(bucket)/") else { return .error(404, "NoSuchBucket") }
    let key = String(path.dropFirst(bucket.count + 2))
    switch head.words[0] {
    case "PUT": return put(key, head, body)
    case "DELETE":
      objects[key] = nil
      return Reply(status: 204)
    case "GET" where key.isEmpty: return list(parts.count > 1 ? String(parts[1]) : "")
    default:
      guard let object = objects[key] else { return .error(404, "NoSuchKey") }
      let told = object.lines.filter { $0.lowercased().hasPrefix("x-amz-meta-") }
      return Reply(status: 200, lines: told, body: object.bytes)
    }
  }

  private mutating func put(
    _ key: String, _ head: LoopbackConnection.Head, _ body: [UInt8]
  ) -> Reply {
    if manner.createsOnly, head["if-none-match"] == "*", objects[key] != nil {
      return .error(412, "PreconditionFailed")
    }
    let hash = body.withUnsafeBytes { ContentHash.hex(of: $0) }
    guard head["x-amz-content-sha256"] == hash else {
      return .error(400, "XAmzContentSHA256Mismatch")
    }
    objects[key] = .init(bytes: body, lines: head.lines)
    return Reply(status: 200)
  }

  private func list(_ query: String) -> Reply {
    var values: [String: String] = [:]
    for part in query.split(separator: "&") {
      let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
      values[sides[0]] = sides.count > 1 ? sides[1].removingPercentEncoding : ""
    }
    let prefix = values["prefix"] ?? ""
    let token = values["continuation-token"].flatMap { Data(base64Encoded: $0) }
    let after = token.map { String(decoding: $0, as: UTF8.self) } ?? ""
    let found = objects.keys.filter { $0.hasPrefix(prefix) && $0 > after }.sorted()
    let page = found.prefix(manner.page)
    let keys = page.map { key in
      let coded =
        key.addingPercentEncoding(withAllowedCharacters: .alphanumerics)?
        .replacing("%20", with: "+") ?? ""
      return "<Contents><Key>\(coded)</Key></Contents>"
    }
    let next =
      page.count < found.count
      ? "<NextContinuationToken>\(Data((page.last ?? "").utf8).base64EncodedString())"
        + "</NextContinuationToken>" : ""
    let text =
      "<ListBucketResult>\(keys.joined())<IsTruncated>\(!next.isEmpty)</IsTruncated>\(next)</ListBucketResult>"
    return Reply(status: 200, body: Array(text.utf8))
  }
}
