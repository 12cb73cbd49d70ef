import Foundation
import Glibc
import Synchronization

/// A server of files on this machine's loopback, as good or as bad as a test needs it.
///
/// It speaks as much of HTTP/1.1 as readers of remote rasters need: GET and HEAD, ranges, one request a
/// connection (RFC 9110).
public final class LoopbackServer: Sendable {
  /// What is wrong with it.
  public struct Faults: Sendable {
    /// Every so many requests it fails with this status.
    public var failsEvery: Int?
    /// The status of a failure.
    public var status = 503
    /// Every so many requests it sends half of what it has announced, and closes the connection.
    public var cutsEvery: Int?
    /// Seconds that it waits before every answer.
    public var delay = 0.0
    /// The query that every address must end in, as signed ones do.
    public var signature: String?

    /// Nothing.
    public init() {}
  }

  /// Its address, without a slash at the end.
  public let address: String
  private let folder: String
  private let listener: Int32
  private let faults: Mutex<Faults>
  private let log = Mutex<[String]>([])

  /// Serves a folder's files at once.
  public init(of folder: String, _ faults: Faults = Faults()) throws {
    self.folder = folder
    self.faults = Mutex(faults)
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let status = withUnsafeMutablePointer(to: &place) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { place in
        bind(listener, place, length) | listen(listener, 64)
          | getsockname(listener, place, &length)
      }
    }
    guard listener >= 0, status == 0 else { throw CocoaError(.fileReadUnknown) }
    address = "http://127.0.0.1:\(UInt16(bigEndian: place.sin_port))"
    Thread.detachNewThread { [weak self] in
      while true {
        let client = accept(listener, nil, nil)
        if client < 0 { return }
        guard let self else {
          close(client)
          return
        }
        Thread.detachNewThread { self.answer(client) }
      }
    }
  }

  deinit { shutdown(listener, Int32(SHUT_RDWR)); close(listener) }

  /// The requests so far: the method and the path with its query.
  public var requests: [String] { log.withLock { $0 } }

  /// Changes what is wrong with it.
  public func change(_ faults: Faults) { self.faults.withLock { $0 = faults } }

  private func answer(_ client: Int32) {
    defer {
      shutdown(client, Int32(SHUT_RDWR))
      close(client)
    }
    let lines = Self.head(from: client)
    let words = lines.first?.split(separator: " ") ?? []
    guard words.count >= 2 else { return }
    let number = log.withLock { log in
      log.append("\(words[0]) \(words[1])")
      return log.count
    }
    let faults = self.faults.withLock { $0 }
    if faults.delay > 0 { usleep(UInt32(faults.delay * 1e6)) }
    if let every = faults.failsEvery, number % every == 0 {
      return send(status: faults.status, [], to: client)
    }
    let parts = words[1].split(separator: "?", maxSplits: 1)
    let isSigned = faults.signature.map { parts.count == 2 && parts[1] == $0 } ?? true
    guard isSigned else { return send(status: 403, [], to: client) }
    let path = folder + (String(parts[0]).removingPercentEncoding ?? "")
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
      !isFolder.boolValue, let bytes = FileManager.default.contents(atPath: path)
    else { return send(status: 404, [], to: client) }
    let isCut = faults.cutsEvery.map { number % $0 == 0 } ?? false
    send(
      bytes, range: lines.lazy.compactMap(Self.range).first, to: client,
      withBody: words[0] == "GET", isCut: isCut)
  }

  private func send(
    _ bytes: Data, range: (first: Int, last: Int?)?, to client: Int32, withBody: Bool, isCut: Bool
  ) {
    var head = ["Accept-Ranges: bytes", "Last-Modified: Wed, 21 Oct 2015 07:28:00 GMT"]
    var body = bytes
    if let range {
      guard range.first < bytes.count else { return send(status: 416, [], to: client) }
      let last = min(range.last ?? bytes.count - 1, bytes.count - 1)
      body = bytes[range.first...last]
      head.append("Content-Range: bytes \(range.first)-\(last)/\(bytes.count)")
    }
    head.append("Content-Length: \(body.count)")
    send(status: range == nil ? 200 : 206, head, to: client)
    if withBody { write(isCut ? body.prefix(body.count / 2) : body, to: client) }
  }

  private func send(status: Int, _ head: [String], to client: Int32) {
    let lines = ["HTTP/1.1 \(status) Status", "Connection: close"] + head
    let length = head.isEmpty ? ["Content-Length: 0"] : []
    write(Data(((lines + length).joined(separator: "\r\n") + "\r\n\r\n").utf8), to: client)
  }

  private func write(_ data: Data, to client: Int32) {
    data.withUnsafeBytes { bytes in
      var sent = 0
      while sent < bytes.count {
        let count = Glibc.send(
          client, bytes.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
        if count <= 0 { return }
        sent += count
      }
    }
  }

  /// The lines of a request, up to the empty one.
  private static func head(from client: Int32) -> [Substring] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 4096)
    while !String(decoding: bytes, as: UTF8.self).contains("\r\n\r\n") {
      let count = recv(client, &piece, piece.count, 0)
      if count <= 0 { return [] }
      bytes += piece[..<count]
    }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
  }

  /// The range that a line asks for.
  private static func range(_ line: Substring) -> (first: Int, last: Int?)? {
    guard let match = line.firstMatch(of: /^[Rr]ange: bytes=(\d+)-(\d*)/), let first = Int(match.1)
    else { return nil }
    return (first, Int(match.2))
  }
}
