import CCurl
import Glibc

/// One request on its way: what libcurl asks for and tells meanwhile.
final class Exchange {
  private let body: HTTPRequest.Body
  private var sent = 0
  private var source: Int32 = -1
  private var target: Int32 = -1
  private(set) var status = 0
  private(set) var headers: [String: String] = [:]
  private(set) var received: [UInt8] = []
  private var hasWholeHead = false
  /// What kept a local file from being read or written.
  private(set) var localFault: HTTPFault?
  private let targetPath: String?

  /// Opens the files that take part.
  init(_ request: HTTPRequest) throws(HTTPFault) {
    body = request.body
    targetPath = request.target
    if case .file(let path, _) = body {
      source = open(path, O_RDONLY | O_CLOEXEC)
      if source < 0 { throw .cannotRead(path: path, reason: Self.lastReason) }
    }
    if let path = targetPath {
      target = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
      if target < 0 { throw .cannotKeep(path: path, reason: Self.lastReason) }
    }
  }

  deinit {
    if source >= 0 { close(source) }
    if target >= 0 { close(target) }
  }

  /// Sees that the answer is whole, and makes what was kept durable.
  ///
  /// libcurl takes a connection that ends within the head, or after content whose length nobody has told, for
  /// an answer that is shorter.
  func finish(_ request: HTTPRequest) throws(HTTPFault) {
    guard hasWholeHead else { throw .connection("the connection ended within the answer's head") }
    let tellsLength = headers["content-length"] != nil || headers["transfer-encoding"] != nil
    guard request.method != "GET" || status != 200 || tellsLength else {
      throw .connection("the answer does not tell its length")
    }
    guard target >= 0, let path = targetPath else { return }
    if fsync(target) != 0 { throw .cannotKeep(path: path, reason: Self.lastReason) }
  }

  /// Gives the next bytes of the body.
  func give(_ room: UnsafeMutableRawBufferPointer) -> Int {
    switch body {
    case .none: return 0
    case .bytes(let bytes):
      let count = min(room.count, bytes.count - sent)
      bytes.withUnsafeBytes { room.copyMemory(from: .init(rebasing: $0[sent..<sent + count])) }
      sent += count
      return count
    case .file(let path, let whole):
      let wanted = min(room.count, whole - sent)
      var count = pread(source, room.baseAddress, wanted, off_t(sent))
      while count < 0 && errno == EINTR {
        count = pread(source, room.baseAddress, wanted, off_t(sent))
      }
      if count < 0 {
        localFault = .cannotRead(path: path, reason: Self.lastReason)
        return mw_curl_read_abort
      }
      sent += count
      return count
    }
  }

  /// Begins anew at an offset of the body, as after a connection that had died unnoticed.
  func seek(to offset: Int) { sent = offset }

  /// Takes in a line of the head.
  func hear(_ line: String) {
    if line.hasPrefix("HTTP/") {
      // A first head that only says "continue" is followed by the true one.
      status = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
      headers = [:]
      hasWholeHead = false
      return
    }
    if line.allSatisfy(\.isNewline) { hasWholeHead = true }
    guard let colon = line.firstIndex(of: ":") else { return }
    let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
    headers[line[..<colon].lowercased()] = String(value.prefix { !$0.isNewline })
  }

  /// Takes in bytes of the answer.
  ///
  /// - Returns: Whether they could be kept.
  func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard target >= 0, status == 200, let path = targetPath else {
      received += bytes
      return true
    }
    var done = 0
    while done < bytes.count {
      let count = write(target, bytes.baseAddress?.advanced(by: done), bytes.count - done)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        localFault = .cannotKeep(path: path, reason: Self.lastReason)
        return false
      }
      done += count
    }
    return true
  }

  private static var lastReason: String { String(cString: strerror(errno)) }
}
