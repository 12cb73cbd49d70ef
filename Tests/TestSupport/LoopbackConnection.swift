import Foundation
import Glibc

/// A connection on this machine's loopback that speaks as much HTTP/1.1 as tests of clients need.
public final class LoopbackConnection {
  /// The head of a request or an answer.
  public struct Head: Sendable {
    /// The first line.
    public var first: String
    /// The other lines, as they were sent.
    public var lines: [String]

    /// The words of the first line, such as method and path.
    public var words: [String] { first.split(separator: " ").map(String.init) }

    /// A header's value, by its name in lower case.
    public subscript(name: String) -> String? {
      lines.lazy.compactMap { line -> String? in
        let parts = line.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == name else { return nil }
        return parts[1].trimmingCharacters(in: .whitespaces)
      }.first
    }

    /// How many bytes follow.
    public var count: Int { self["content-length"].flatMap { Int($0) } ?? 0 }
  }

  private let socket: Int32
  private var waiting: [UInt8] = []
  private var isOpen = true

  /// Takes over an open socket.
  init(_ socket: Int32) { self.socket = socket }

  /// Connects to a port; nil when nobody listens there.
  public init?(port: UInt16) {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = port.bigEndian
    place.sin_addr.s_addr = inet_addr("127.0.0.1")
    let socket = socket
    let status = withUnsafePointer(to: &place) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if status != 0 {
      Glibc.close(socket)
      isOpen = false
      return nil
    }
  }

  deinit { close() }

  /// Reads a head; nil when the other side has gone.
  public func readHead() -> Head? {
    let end: [UInt8] = [13, 10, 13, 10]
    while true {
      if let place = waiting.firstRange(of: end) {
        let text = String(decoding: waiting[..<place.lowerBound], as: UTF8.self)
        waiting.removeFirst(place.upperBound)
        let lines = text.split(separator: "\r\n").map(String.init)
        guard let first = lines.first else { return nil }
        return Head(first: first, lines: Array(lines.dropFirst()))
      }
      if !receive() { return nil }
    }
  }

  /// Reads so many bytes; fewer when the other side goes.
  public func read(_ count: Int) -> [UInt8] {
    while waiting.count < count, receive() {}
    let bytes = Array(waiting.prefix(count))
    waiting.removeFirst(bytes.count)
    return bytes
  }

  /// Reads all until the other side goes.
  public func readToEnd() -> [UInt8] { read(.max) }

  private func receive() -> Bool {
    var piece = [UInt8](repeating: 0, count: 65_536)
    let count = recv(socket, &piece, piece.count, 0)
    guard count > 0 else { return false }
    waiting += piece[..<count]
    return true
  }

  /// Sends bytes; the other side may have gone.
  public func write(_ bytes: [UInt8]) {
    var sent = 0
    bytes.withUnsafeBytes { bytes in
      while sent < bytes.count {
        let count = send(
          socket, bytes.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
        if count <= 0 { return }
        sent += count
      }
    }
  }

  /// Sends a head, and what follows it.
  public func write(_ first: String, _ lines: [String] = [], _ body: [UInt8] = []) {
    write(Array(([first] + lines + ["", ""]).joined(separator: "\r\n").utf8) + body)
  }

  /// Ends the connection, as a server that has said all.
  public func close() {
    guard isOpen else { return }
    isOpen = false
    shutdown(socket, Int32(SHUT_RDWR))
    Glibc.close(socket)
  }

  /// Breaks the connection, as a machine that is switched off.
  public func reset() {
    guard isOpen else { return }
    isOpen = false
    var now = linger(l_onoff: 1, l_linger: 0)
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    Glibc.close(socket)
  }

  /// Asks a server once.
  ///
  /// - Returns: The status and the content; nil when there is no answer.
  public static func ask(
    port: UInt16, _ method: String, _ path: String, _ lines: [String] = [], _ body: [UInt8] = []
  ) -> (status: Int, body: [UInt8])? {
    guard let connection = LoopbackConnection(port: port) else { return nil }
    let head = ["Host: 127.0.0.1:\(port)", "Connection: close", "Content-Length: \(body.count)"]
    connection.write("\(method) \(path) HTTP/1.1", head + lines, body)
    guard let answer = connection.readHead(), answer.words.count > 1,
      let status = Int(answer.words[1])
    else { return nil }
    return (status, method == "HEAD" ? [] : connection.readToEnd())
  }
}
