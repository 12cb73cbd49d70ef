import Foundation
import Glibc

/// Moto's S3 (PyPI's `moto`), which others have written after Amazon's, on this machine's loopback; what
/// `.ci/setup moto` installs.
public final class MotoServer {
  /// Where it listens.
  public let port: UInt16
  private let process = Process()
  private static let program = Repository.root.appending(path: ".build/judges/bin/moto_server")

  /// Whether it is installed.
  public static var isInstalled: Bool {
    FileManager.default.isExecutableFile(atPath: program.path)
  }

  /// Starts it, with one empty bucket.
  ///
  /// - Parameter checksFrom: Every request from this number on must be signed rightly by somebody who
  ///   may do what it asks for; nil lets all do everything.
  public init(bucket: String = "maps", checksFrom: Int? = nil) throws {
    port = try LoopbackListener.freePort()
    process.executableURL = Self.program
    process.arguments = ["-H", "127.0.0.1", "-p", "\(port)"]
    var environment = ProcessInfo.processInfo.environment
    environment["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "false"
    if let checksFrom { environment["INITIAL_NO_AUTH_ACTION_COUNT"] = "\(checksFrom)" }
    process.environment = environment
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    for _ in 0..<600 where ask("GET", "/moto-api/data.json") == nil { usleep(100_000) }
    _ = ask("PUT", "/\(bucket)")
  }

  deinit {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// Asks it without a signature.
  @discardableResult
  public func ask(
    _ method: String, _ path: String, _ lines: [String] = [], _ body: String = ""
  ) -> (status: Int, text: String)? {
    LoopbackConnection.ask(port: port, method, path, lines, Array(body.utf8))
      .map { ($0.status, String(decoding: $0.body, as: UTF8.self)) }
  }
}
