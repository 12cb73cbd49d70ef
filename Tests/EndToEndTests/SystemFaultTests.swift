import Foundation
import Grids
import TestSupport
import Testing

@Suite(.serialized, .enabled(if: Tracer.isAvailable, "needs strace"))
struct `A system that refuses` {
  let job: DrawnJob

  init() throws { job = try DrawnJob(size: PixelSize(width: 400, height: 300)) }

  /// Maps while a file cannot be opened, for want of descriptors, from the k-th time on.
  private func map(refusing path: String, from first: Int = 1) throws -> Command.Ended {
    try Command.Running(
      Tracer.path,
      [
        "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", "-P", path, "-e", "trace=openat",
        "-e", "inject=openat:error=EMFILE:when=\(first)+", Command.path,
      ] + job.arguments(out: "a", "--workers", "1"), [:]
    ).wait()
  }

  /// Sees that a command ended with 74, told why, and that the next one gives the undisturbed bytes.
  private func expectRefusal(_ ended: Command.Ended) throws {
    #expect(ended.code == 74, "\(ended.code) \(ended.errors)")
    #expect(ended.errors.contains("Too many open files"), "\(ended.errors)")
    #expect(ended.errors.contains("raise the limit on open files"), "\(ended.errors)")
    let resumed = try Command.run(job.arguments(out: "a"))
    #expect(resumed.code == 0, "\(resumed.errors)")
    _ = try Command.run(job.arguments(out: "b"))
    #expect(try job.outputs(of: "a") == job.outputs(of: "b"))
  }

  @Test(arguments: ["bright.onnx", "scene.tif", "pipeline.yaml"])
  func `to open an input is no fault of the input`(name: String) throws {
    try expectRefusal(map(refusing: job.folder.path(name)))
  }

  @Test(arguments: ["run.json", "1-tiling/plan.json"])
  func `to open the run's own record is no reason to begin anew`(name: String) throws {
    #expect(try Command.run(job.arguments(out: "a")).code == 0)
    let ended = try map(refusing: job.folder.path("a/\(name)"))
    #expect(!ended.errors.contains("--fresh"), "\(ended.errors)")
    try expectRefusal(ended)
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: Self.projDatabase)))
  func `to open PROJ's database makes no poorer reference system`() throws {
    try expectRefusal(map(refusing: Self.projDatabase))
  }

  private static let projDatabase = "/usr/share/proj/proj.db"
}
