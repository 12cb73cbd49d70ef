import Foundation
import Glibc

/// A PostgreSQL with PostGIS that lives in a folder of its own, listens on a socket there, and is gone
/// with it.
public final class Database {
  /// What programs that use libpq must find in their environment to reach it, without any password.
  public let environment: [String: String]
  private let folder: URL
  private let programs: URL
  private let server = Process()
  /// PostgreSQL does not run as root.
  private let asNobody: [String]

  /// Whether Debian's packages `postgresql` and `postgresql-…-postgis-3` are there.
  public static var isInstalled: Bool {
    programs != nil
      && (try? FileManager.default.contentsOfDirectory(atPath: "/usr/share/postgresql"))?
        .contains { version in
          FileManager.default.fileExists(
            atPath: "/usr/share/postgresql/\(version)/extension/postgis.control")
        } ?? false
  }

  private static var programs: URL? {
    let root = URL(fileURLWithPath: "/usr/lib/postgresql")
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
    return versions.sorted().last.map { root.appending(path: "\($0)/bin") }
  }

  /// Starts an empty database.
  public init() throws {
    // A socket's path has at most 107 bytes.
    folder = URL(fileURLWithPath: "/tmp/mw-pg-\(UUID().uuidString.prefix(8))")
    programs = Self.programs ?? URL(fileURLWithPath: "/nowhere")
    asNobody =
      getuid() == 0
      ? ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"] : []
    environment = [
      "PGHOST": folder.path, "PGUSER": "map", "PGDATABASE": "postgres",
      "PGPASSWORD": "keep this to yourself",
    ]
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.path)
    let data = folder.appending(path: "data").path
    try start("initdb", ["-D", data, "-U", "map", "-A", "trust", "-E", "UTF8", "--no-sync"])
    // A child of ours, not of `pg_ctl`: Foundation waits for whoever inherits a child's descriptors.
    let words = [
      programs.appending(path: "postgres").path, "-D", data, "-k", folder.path, "-c",
      "listen_addresses=", "-c", "fsync=off",
    ]
    let log = folder.appending(path: "log")
    FileManager.default.createFile(atPath: log.path, contents: nil)
    server.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    server.arguments = asNobody + words
    server.currentDirectoryURL = folder
    server.standardOutput = try FileHandle(forWritingTo: log)
    server.standardError = server.standardOutput
    try server.run()
    for _ in 0..<200 where (try? query("SELECT 1")) == nil { usleep(50_000) }
    _ = try query("CREATE EXTENSION postgis")
  }

  deinit {
    kill(server.processIdentifier, SIGQUIT)
    server.waitUntilExit()
    try? FileManager.default.removeItem(at: folder)
  }

  /// Runs commands; rows come one per line, cells divided by `|`.
  public func query(_ commands: String) throws -> String {
    try psql(["-c", commands])
  }

  /// Runs the commands in a file.
  public func load(_ path: String) throws {
    _ = try psql(["-f", path])
  }

  private func psql(_ arguments: [String]) throws -> String {
    let words = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"] + arguments
    return try run(words).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private func start(_ program: String, _ arguments: [String]) throws {
    _ = try run(asNobody + [programs.appending(path: program).path] + arguments)
  }

  private struct Failed: Error, CustomStringConvertible { let description: String }

  private func run(_ words: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    // A server keeps what its starter wrote to open: a file, not a pipe that would never end.
    let path = folder.appending(path: "said-\(UUID().uuidString)")
    FileManager.default.createFile(atPath: path.path, contents: nil)
    let handle = try FileHandle(forWritingTo: path)
    process.standardOutput = handle
    process.standardError = handle
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let text = try String(contentsOf: path, encoding: .utf8)
    guard process.terminationStatus == 0 else {
      throw Failed(description: "\(words.joined(separator: " ")): \(text)")
    }
    return text
  }
}
