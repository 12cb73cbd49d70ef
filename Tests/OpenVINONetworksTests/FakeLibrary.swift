import Foundation
import Glibc
import OpenVINONetworks
import TestSupport

/// A library that answers as OpenVINO does, compiled by the tests with the compiler that built them.
///
/// What it computes is known, and what it was told is written down: see `Fake/fake_openvino.c`.
final class FakeLibrary {
  private let folder: TemporaryFolder
  let path: String

  /// Whether there is a C compiler.
  static let canBeBuilt = compiler != nil

  private static let compiler: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let programs = folders.flatMap { ["\($0)/clang", "\($0)/cc"] }
    return programs.first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  /// Compiles one.
  ///
  /// - Parameters:
  ///   - version: What it says its version is.
  ///   - isOld: Whether it lacks a function.
  init(version: String = "2026.4.1-fake", isOld: Bool = false) throws {
    folder = try TemporaryFolder()
    path = folder.path("libopenvino_c.so.2641")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.compiler ?? "/usr/bin/cc")
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    process.arguments =
      [
        "-shared", "-fPIC", "-O1", "-w", "-DVERSION=\"\(version)\"",
        "-I\(Repository.root.path)/Sources/Bindings/COpenVINO/include",
        here.appending(path: "Fake/fake_openvino.c").path, "-o", path,
      ] + (isOld ? ["-DOLD"] : [])
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.executableNotLoadable) }
  }

  /// Opens it as the engine does.
  func open() throws -> OpenVINOLibrary {
    try OpenVINOLibrary.find(in: [folder.url.path], asksLoader: false)
  }

  /// What models were compiled with, a line each.
  var log: [String] {
    let words = symbol("fake_log", as: (@convention(c) () -> UnsafePointer<CChar>).self)()
    return String(cString: words).split(separator: "\n").map(String.init)
  }

  /// Lets the next inference fail.
  func failNextRun() { symbol("fake_fail_next_run", as: (@convention(c) () -> Void).self)() }

  private func symbol<Function>(_ name: String, as type: Function.Type) -> Function {
    unsafeBitCast(dlsym(dlopen(path, RTLD_NOW), name), to: type)
  }
}
