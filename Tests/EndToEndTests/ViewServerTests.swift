import Foundation
import Glibc
import Grids
import Synchronization
import TestSupport
import Testing

/// The command with the web view, where `make test-view` has built it.
private let viewer = ProcessInfo.processInfo.environment["MAPWRIGHT_VIEW"]

/// Sockets to a port of this machine.
private struct Door: Sendable {
  let port: UInt16

  /// A connection; nil where none is to be had.
  func connect(timeout: Int = 30) -> Int32? {
    let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard client >= 0 else { return nil }
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_addr.s_addr = inet_addr("127.0.0.1")
    place.sin_port = port.bigEndian
    var patience = timeval(tv_sec: timeout, tv_usec: 0)
    setsockopt(
      client, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    let length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafePointer(to: &place) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(client, $0, length) }
    }
    guard status == 0 else {
      close(client)
      return nil
    }
    return client
  }

  /// What the server says to these bytes until it closes the connection or `enough` is in it.
  func say(_ text: String, until enough: String? = nil, timeout: Int = 30) -> String {
    guard let client = connect(timeout: timeout) else { return "" }
    defer { close(client) }
    _ = text.utf8.withContiguousStorageIfAvailable {
      send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
    var (answer, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
    while true {
      let count = recv(client, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      answer += buffer[..<count]
      if let enough, String(decoding: answer, as: UTF8.self).contains(enough) { break }
    }
    return String(decoding: answer, as: UTF8.self)
  }

  /// The status of a request.
  func status(
    _ path: String, _ method: String = "GET", host: String? = nil, fields: [String] = []
  ) -> Int {
    let head =
      "\(method) \(path) HTTP/1.1\r\nHost: \(host ?? "127.0.0.1:\(port)")\r\n"
      + fields.map { "\($0)\r\n" }.joined() + "Connection: close\r\nContent-Length: 0\r\n\r\n"
    let words = say(head).split(separator: " ", maxSplits: 2)
    return words.count > 1 ? Int(words[1]) ?? 0 : 0
  }
}

/// A `mapwright view` that runs, and sockets to it.
private final class Viewer {
  let running: Command.Running
  let port: UInt16
  let token: String

  init(of run: String, _ more: String...) throws {
    running = try Command.Running(viewer ?? "", ["view", run, "--port", "0"] + more, [:])
    let deadline = ContinuousClock.now + .seconds(30)
    while true {
      let said = running.outputSoFar
      if let match = said.firstMatch(of: /127\.0\.0\.1:(\d+)\/\?token=(\S+)/),
        let port = UInt16(match.1)
      {
        (self.port, token) = (port, String(match.2))
        return
      }
      guard running.isRunning, .now < deadline else { throw CocoaError(.fileReadUnknown) }
      usleep(20_000)
    }
  }

  deinit {
    running.send(SIGTERM)
    _ = try? running.wait()
  }

  /// The same without the process, for many threads.
  var door: Door { Door(port: port) }

  func connect(timeout: Int = 30) -> Int32? { door.connect(timeout: timeout) }

  func say(_ text: String, until enough: String? = nil, timeout: Int = 30) -> String {
    door.say(text, until: enough, timeout: timeout)
  }

  func status(
    _ path: String, _ method: String = "GET", host: String? = nil, fields: [String] = []
  ) -> Int { door.status(path, method, host: host, fields: fields) }

  var isAlive: Bool { running.isRunning && status("/run.json") == 200 }

  /// Resident memory, in megabytes.
  var memory: Int {
    let text =
      (try? String(contentsOfFile: "/proc/\(running.processID)/statm", encoding: .utf8)) ?? ""
    return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4096
      / 1_000_000
  }
}

@Suite(.serialized, .enabled(if: viewer != nil, "`make test-view` builds the web view"))
struct `A view that is attacked` {
  private static func finishedRun() throws -> DrawnJob {
    let job = try DrawnJob(size: PixelSize(width: 700, height: 600))
    let ended = try Command.run(job.arguments(out: "a"))
    guard ended.code == 0 else { throw DrawnJob.Unexpected(ended: ended) }
    return job
  }

  @Test(.timeLimit(.minutes(3))) func `refuses what is no address, and goes on`() throws {
    let job = try Self.finishedRun()
    let view = try Viewer(of: job.folder.path("a"))
    for path in [
      "/../../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%5c..%5cetc/passwd",
      "/leaflet/..%2f..%2fetc/passwd", "//etc/passwd", "/class/-1/0/0.png", "/class/99/0/0.png",
      "/class/1/a/b.png", "/class/1/0/0.png%00.html", "/class/18446744073709551617/0/0.png",
      "/2-queueing/queue.sqlite", "/run.json/", "/%ff%fe",
      "/?" + String(repeating: "a", count: 200),
    ] {
      let status = view.status(path)
      #expect([200, 400, 404].contains(status), "\(path): \(status)")
      #expect(status != 200 || path.hasPrefix("/?"), "\(path)")
    }
    for words in [
      "GET\r\n\r\n", "\0\0\0\0\0\0", "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
      "POST /retry HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      "GET /" + String(repeating: "a", count: 100_000) + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + String(repeating: "b", count: 200_000)
        + "\r\n\r\n",
    ] {
      #expect(
        !view.say(words, until: "\r\n\r\n", timeout: 15).contains(" 200 "), "\(words.prefix(40))")
    }
    #expect(view.isAlive)
  }

  @Test(.timeLimit(.minutes(3))) func `answers to its own names and its own page alone`() throws {
    let job = try Self.finishedRun()
    let view = try Viewer(of: job.folder.path("a"))
    let own = "127.0.0.1:\(view.port)"

    #expect(view.status("/run.json", host: "evil.example:\(view.port)") == 421)
    #expect(view.status("/run.json", host: "localhost:\(view.port)") == 200)
    #expect(view.status("/run.json", fields: ["Origin: http://evil.example"]) == 403)
    #expect(view.status("/run.json", fields: ["Origin: http://\(own)"]) == 200)
    #expect(view.status("/retry", "POST") == 401)
    #expect(view.status("/retry", "POST", fields: ["Origin: http://\(own)"]) == 401)
    #expect(view.status("/retry", "POST", fields: ["Authorization: Bearer \(view.token)x"]) == 401)
    let bearer = "Authorization: Bearer \(view.token)"
    #expect(view.status("/retry", "POST", fields: [bearer, "Origin: http://evil.example"]) == 403)
    #expect(view.status("/retry", "POST", fields: [bearer]) == 409)
    #expect(view.status("/run.json", "DELETE") == 405)
    #expect(view.isAlive)
  }

  @Test(.timeLimit(.minutes(5))) func `bears ten thousand at once, and its memory stays`() throws {
    let job = try Self.finishedRun()
    let view = try Viewer(of: job.folder.path("a"), "--cache-mb", "0")
    let door = view.door
    func flood(_ count: Int) -> Int {
      let answered = Counter()
      DispatchQueue.concurrentPerform(iterations: 100) { worker in
        for number in 0..<count / 100 {
          let path =
            switch number % 4 {
            case 0: "/run.json"
            case 1: "/class/18/\(154_000 + worker)/\(131_000 + number).png"
            case 2: "/class/99/0/0.png"
            default: "/imagery/2/2/1.png"
            }
          if [200, 404, 503].contains(door.status(path)) { answered.add() }
        }
      }
      return answered.count
    }
    #expect(flood(2_000) == 2_000)
    let before = view.memory
    #expect(flood(10_000) == 10_000)
    #expect(view.memory <= before + 40, "\(before) MB, then \(view.memory) MB")
    #expect(view.isAlive)
  }

  @Test(.timeLimit(.minutes(3)))
  func `drops those who send a head byte by byte, and serves others`()
    throws
  {
    let job = try Self.finishedRun()
    let view = try Viewer(of: job.folder.path("a"))
    let slow = (0..<400).compactMap { _ in view.connect() }
    #expect(slow.count == 400)
    let start = ContinuousClock.now
    var dropped = Set<Int32>()
    while dropped.count < slow.count, .now - start < .seconds(40) {
      for client in slow where !dropped.contains(client) {
        if send(client, "G", 1, Int32(MSG_NOSIGNAL)) < 0 { dropped.insert(client) }
        var byte: UInt8 = 0
        if recv(client, &byte, 1, Int32(MSG_DONTWAIT)) == 0 { dropped.insert(client) }
      }
      #expect(view.status("/run.json") == 200, "while others are slow")
      usleep(500_000)
    }
    slow.forEach { close($0) }

    #expect(dropped.count == slow.count, "\(dropped.count) of \(slow.count)")
    #expect(view.isAlive)
  }

  @Test(.timeLimit(.minutes(3))) func `tries again what was set aside, for who knows the token`()
    throws
  {
    let job = try DrawnJob(size: PixelSize(width: 700, height: 600))
    let scene = job.folder.url.appending(path: "scene.tif")
    var bytes = try Data(contentsOf: scene)
    for index in bytes.count / 2..<bytes.count / 2 + 200_000 { bytes[index] = 0xFF }
    try bytes.write(to: scene)
    #expect(try Command.run(job.arguments(out: "a")).code == 3)
    let view = try Viewer(of: job.folder.path("a"))
    func progress() -> String {
      view.say("GET /progress.json HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    }
    func attempts() -> Int {
      progress().matches(of: /"attempts":(\d+)/).reduce(0) { $0 + (Int($1.1) ?? 0) }
    }
    let before = attempts()

    #expect(view.status("/retry", "POST") == 401)
    #expect(view.status("/retry", "POST", fields: ["Authorization: Bearer \(view.token)"]) == 202)
    let deadline = ContinuousClock.now + .seconds(60)
    while attempts() <= before, .now < deadline { usleep(200_000) }
    let log = try String(contentsOfFile: job.folder.path("a/2-queueing/retry.log"), encoding: .utf8)
    #expect(attempts() > before, "\(log)")
    // It ends by itself; the folder must not vanish below it.
    while progress().contains("\"coordinator\":"), .now < deadline { usleep(200_000) }
  }

  @Test(.timeLimit(.minutes(3))) func `ends with its signal while pages listen`() throws {
    let job = try Self.finishedRun()
    let view = try Viewer(of: job.folder.path("a"))
    let heard = view.say(
      "GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", until: "event: progress")
    #expect(heard.contains("text/event-stream") && heard.contains("event: shards"))

    let client = try #require(view.connect())
    let head = "GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    _ = send(client, head, head.utf8.count, Int32(MSG_NOSIGNAL))
    usleep(300_000)
    view.running.send(SIGTERM)
    let start = ContinuousClock.now
    let ended = try view.running.wait()
    close(client)
    #expect(ended.code == 0 && .now - start < .seconds(20), "\(ended.code) \(ended.errors)")
  }
}

/// Counts from many threads.
private final class Counter: Sendable {
  private let total = Mutex(0)
  func add() { total.withLock { $0 += 1 } }
  var count: Int { total.withLock { $0 } }
}

@Suite struct `A program without the view` {
  @Test func `says how to get it, in three lines`() throws {
    let ended = try Command.run(["view", "runs/nowhere"])

    #expect(ended.code == 69)
    #expect(
      ended.errors == """
        mapwright: cannot show the run in a browser
          this mapwright was built without its web view, which few need and which takes minutes to build
          build it with `make view`, or look at `mapwright status --watch` and report.html

        """)
  }
}
