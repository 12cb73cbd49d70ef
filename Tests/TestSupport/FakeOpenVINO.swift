import Foundation

/// A library that answers as OpenVINO does, compiled by the tests with the compiler that built them.
///
/// What it computes is known, and what it was told is written down: see
/// `Tests/OpenVINONetworksTests/Fake/fake_openvino.c`.
public final class FakeOpenVINO {
  private let folder: TemporaryFolder
  /// The library's file.
  public let path: String

  /// Whether there is a C compiler.
  public static let canBeBuilt = compiler != nil

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
  public init(version: String = "2026.4.1-fake", isOld: Bool = false) throws {
    folder = try TemporaryFolder()
    path = folder.path("libopenvino_c.so.2641")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.compiler ?? "/usr/bin/cc")
    let root = Repository.root.path
    process.arguments =
      [
        "-shared", "-fPIC", "-O1", "-w", "-DVERSION=\"\(version)\"",
        "-I\(root)/Sources/Bindings/COpenVINO/include",
        "\(root)/Tests/OpenVINONetworksTests/Fake/fake_openvino.c", "-o", path,
      ] + (isOld ? ["-DOLD"] : [])
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.executableNotLoadable) }
  }

  /// What makes a program use it; how long a picture takes there, and the output's name.
  public func environment(milliseconds: Int = 0, output: String = "y") -> [String: String] {
    [
      "MAPWRIGHT_OPENVINO": path, "FAKE_OPENVINO_LOG": folder.path("log"),
      "FAKE_OPENVINO_MS": "\(milliseconds)", "FAKE_OPENVINO_OUTPUT": output,
    ]
  }

  /// What such programs have compiled models with, a line each: the device, then `KEY=value`.
  public var log: [String] {
    let text = (try? String(contentsOfFile: folder.path("log"), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map(String.init)
  }
}
