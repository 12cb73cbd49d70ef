import Foundation
import Synchronization

/// Stands between a client and a server on this machine's loopback, and does to requests and answers
/// what a bad day does.
public final class FaultProxy: Sendable {
  /// What is done to a request.
  public enum Fault: Sendable {
    /// It is answered with a status and a code, and the server never sees it.
    case answer(Int, String)
    /// The connection breaks when the head has come.
    case cutHead
    /// The connection breaks in the middle of the body; the server gets the first half.
    case cutBody
    /// The server does what it is asked, and the connection breaks before it can say so.
    case loseAnswer
    /// The connection ends in the middle of the answer's head.
    case cutAnswerHead
    /// The connection ends in the middle of the answer's content.
    case cutAnswer
    /// A byte of the body is another one.
    case spoilBody
    /// A byte of the answer's content is another one.
    case spoilAnswer
    /// The answer's content comes in so many pieces, with a pause in ms before each.
    case slowAnswer(pieces: Int, pause: Int)
    /// The first half of the body goes on to the server, and then nothing, until the client goes.
    case stall
  }

  /// A request, as far as a rule wants to know it.
  public struct Request: Sendable {
    /// Its number; the first is 1.
    public var number: Int
    /// Its method.
    public var method: String
    /// Its path with the query.
    public var path: String
  }

  private let listener: LoopbackListener
  private let shared: Shared

  private final class Shared: Sendable {
    let count = Mutex(0)
    let stalled = Mutex(0)
    let rule: Mutex<@Sendable (Request) -> Fault?>
    init(_ rule: @escaping @Sendable (Request) -> Fault?) { self.rule = Mutex(rule) }
  }

  /// Listens at once.
  ///
  /// - Parameters:
  ///   - port: The server's.
  ///   - rule: What is done to a request; nil lets it pass.
  public init(to port: UInt16, _ rule: @escaping @Sendable (Request) -> Fault?) throws {
    let shared = Shared(rule)
    self.shared = shared
    listener = try LoopbackListener { connection in
      while let head = connection.readHead() {
        guard Self.pass(head, from: connection, to: port, shared) else { return }
      }
      connection.close()
    }
  }

  /// Where it listens.
  public var port: UInt16 { listener.port }

  /// How many requests have come.
  public var count: Int { shared.count.withLock { $0 } }

  /// How many are held up now.
  public var stalled: Int { shared.stalled.withLock { $0 } }

  /// Does something else from now on.
  public func change(_ rule: @escaping @Sendable (Request) -> Fault?) {
    shared.rule.withLock { $0 = rule }
  }

  /// Passes a request on, and its answer back.
  ///
  /// - Returns: Whether the connection may serve another.
  private static func pass(
    _ head: LoopbackConnection.Head, from client: LoopbackConnection, to port: UInt16,
    _ shared: Shared
  ) -> Bool {
    let number = shared.count.withLock { count in
      count += 1
      return count
    }
    let words = head.words + ["", ""]
    let rule = shared.rule.withLock { $0 }
    let fault = rule(Request(number: number, method: words[0], path: words[1]))
    if case .cutHead = fault {
      client.reset()
      return false
    }
    if head["expect"] != nil { client.write("HTTP/1.1 100 Continue") }
    if case .answer(let status, let code) = fault {
      _ = client.read(head.count)
      let text = "<Error><Code>\(code)</Code><Message>On a bad day</Message></Error>"
      let body = words[0] == "HEAD" ? [] : Array(text.utf8)
      client.write("HTTP/1.1 \(status) Status", ["Content-Length: \(body.count)"], body)
      return true
    }
    guard let server = LoopbackConnection(port: port) else {
      client.reset()
      return false
    }
    defer { server.close() }
    let kept = head.lines.filter { line in
      !["connection:", "expect:"].contains { line.lowercased().hasPrefix($0) }
    }
    server.write(head.first, kept + ["Connection: close"])
    guard sendBody(of: head, from: client, to: server, fault, shared) else { return false }
    return sendAnswer(to: head, from: server, to: client, fault)
  }

  private static func sendBody(
    of head: LoopbackConnection.Head, from client: LoopbackConnection,
    to server: LoopbackConnection, _ fault: Fault?, _ shared: Shared
  ) -> Bool {
    switch fault {
    case .cutBody:
      server.write(client.read(head.count / 2))
      server.reset()
      client.reset()
      return false
    case .stall:
      server.write(client.read(head.count / 2))
      shared.stalled.withLock { $0 += 1 }
      // The rest goes nowhere; the client waits for an answer until it gives up or dies.
      _ = client.read(head.count - head.count / 2 + 1)
      shared.stalled.withLock { $0 -= 1 }
      return false
    default:
      var body = client.read(head.count)
      guard body.count == head.count else { return false }
      if case .spoilBody = fault, !body.isEmpty { body[body.count / 2] ^= 1 }
      server.write(body)
      return true
    }
  }

  private static func sendAnswer(
    to request: LoopbackConnection.Head, from server: LoopbackConnection,
    to client: LoopbackConnection, _ fault: Fault?
  ) -> Bool {
    guard let head = server.readHead() else {
      client.reset()
      return false
    }
    var body = request.words.first == "HEAD" ? [] : server.readToEnd()
    if case .loseAnswer = fault {
      client.reset()
      return false
    }
    if case .cutAnswerHead = fault {
      client.write(Array("HTTP/1.1 200 OK\r\nContent-Le".utf8))
      client.close()
      return false
    }
    if case .spoilAnswer = fault, !body.isEmpty { body[body.count / 2] ^= 1 }
    // A connection is kept where the answer tells its own end.
    let isKept = head["content-length"] != nil || head.words.dropFirst().first == "204"
    let lines = head.lines.filter { !isKept || !$0.lowercased().hasPrefix("connection:") }
    client.write(head.first.replacing("HTTP/1.0", with: "HTTP/1.1"), lines)
    switch fault {
    case .cutAnswer:
      client.write(Array(body.prefix(body.count / 2)))
      client.close()
      return false
    case .slowAnswer(let pieces, let pause):
      let size = max(1, (body.count + pieces - 1) / pieces)
      for start in stride(from: 0, to: body.count, by: size) {
        usleep(UInt32(pause * 1000))
        client.write(Array(body[start..<min(start + size, body.count)]))
      }
    default: client.write(body)
    }
    if !isKept { client.close() }
    return isKept
  }
}
