import Foundation
import Glibc
import TestSupport
import Testing

@Suite(.serialized) struct `A worker that does not get on` {
  @Test func `is replaced when it gives no sign of life`() throws {
    let job = try DrawnJob()
    try job.writePipeline(queue: "silence: 3s")
    let running = try Command.start(job.arguments(out: "a", "--workers", "2"))
    try job.waitForFirstCommit(running, out: "a")
    for worker in running.children.prefix(1) { kill(worker, SIGSTOP) }
    let ended = try running.wait()

    #expect(ended.code == 0, "\(ended.errors)")
    #expect(ended.errors.contains("the worker gave no sign of life for"))
    _ = try Command.run(job.arguments(out: "b"))
    #expect(try job.outputs(of: "a") == job.outputs(of: "b"))
  }

  @Test(.enabled(if: Tracer.isAvailable, "needs strace"))
  func `is replaced when it lives and its work hangs`() throws {
    let job = try DrawnJob()
    try job.writePipeline(queue: "stall: 6s")
    let running = try Command.start(job.arguments(out: "a", "--workers", "1"))
    try job.waitForFirstCommit(running, out: "a")
    let worker = try #require(running.children.first)
    let tracer = try Command.Running(
      Tracer.path,
      [
        "-f", "-qq", "-o", "/dev/null", "-P", job.folder.path("scene.tif"), "-e",
        "trace=read,pread64",
        "-e", "inject=read,pread64:delay_enter=600s:when=1", "-p", "\(worker)",
      ], [:])
    let ended = try running.wait()
    tracer.send(SIGKILL)
    _ = try tracer.wait()

    #expect(ended.code == 0, "\(ended.errors)")
    #expect(ended.errors.contains("the worker got nowhere for"))
    try job.writePipeline()
    _ = try Command.run(job.arguments(out: "b"))
    #expect(try job.outputs(of: "a") == job.outputs(of: "b"))
  }

  @Test func `is not blamed by a coordinator that was asleep itself`() throws {
    let job = try DrawnJob()
    try job.writePipeline(queue: "silence: 5s, stall: 5s")
    let running = try Command.start(job.arguments(out: "a", "--workers", "2"))
    try job.waitForFirstCommit(running, out: "a")
    let all = [running.processID] + running.children
    for process in all { kill(process, SIGSTOP) }
    sleep(8)
    for process in all { kill(process, SIGCONT) }
    let ended = try running.wait()

    #expect(ended.code == 0 && !ended.errors.contains("was ended"), "\(ended.errors)")
  }

  @Test func `and was stopped when its coordinator died is ended by the next`() throws {
    let job = try DrawnJob()
    let running = try Command.start(job.arguments(out: "a", "--workers", "2"))
    try job.waitForFirstCommit(running, out: "a")
    let zombie = try #require(running.children.first)
    kill(zombie, SIGSTOP)
    running.send(SIGKILL)
    _ = try running.wait()

    let resumed = try Command.run(job.arguments(out: "a"))
    #expect(resumed.code == 0, "\(resumed.errors)")
    #expect(kill(zombie, 0) != 0 || isDead(zombie))
    _ = try Command.run(job.arguments(out: "b"))
    #expect(try job.outputs(of: "a") == job.outputs(of: "b"))
  }

  private func isDead(_ process: pid_t) -> Bool {
    let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    return text?.contains(") Z ") ?? true
  }
}

/// Debian's strace, which delays and fails system calls.
enum Tracer {
  static let path = "/usr/bin/strace"

  /// Whether it is there, and may look at other processes.
  static let isAvailable: Bool =
    (try? Command.Running(path, ["-qq", "-o", "/dev/null", "/bin/true"], [:]).wait().code) == 0
}
