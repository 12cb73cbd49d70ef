import Foundation
import Grids
import Synchronization

/// Where trials are held: the commands under trial, and a folder for jobs and runs.
final class Arena: Sendable {
  let options: Options
  /// Deleted at the end.
  let folder: URL

  init(_ options: Options) throws {
    self.options = options
    folder = FileManager.default.temporaryDirectory.appending(
      path: "mapwright-chaos-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    guard FileManager.default.isExecutableFile(atPath: options.mapwright) else {
      throw Breakdown("'\(options.mapwright)' is no program: build it, or name it by --mapwright")
    }
  }

  deinit { if !options.keepsRuns { try? FileManager.default.removeItem(at: folder) } }

  /// A job in a folder of its own.
  func job(_ name: String, size: PixelSize, _ pipeline: PipelineText = PipelineText()) throws
    -> Job
  {
    try Job(
      in: folder.appending(path: name), size: size, model: options.model, pipeline: pipeline,
      command: options.mapwright)
  }

  /// Whether the build with faults is there.
  var hasSabotaged: Bool { FileManager.default.isExecutableFile(atPath: options.sabotaged) }

  /// Whether a program is installed.
  static func has(_ program: String) -> Bool {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
  }

  /// What replays a trial.
  func replay(_ trial: String, seed: UInt64? = nil) -> String {
    "make chaos ONLY=\(trial) SEED=\(seed ?? options.seed)"
  }
}

/// Does a body for 1, 2, 3, … in a few threads, until it says that it is enough.
///
/// - Returns: The least number with which a body returned false.
func countUp(lanes: Int, _ body: @Sendable (Int) -> Bool) -> Int {
  let next = Mutex(1)
  let end = Mutex(Int.max)
  DispatchQueue.concurrentPerform(iterations: lanes) { _ in
    while true {
      let number = next.withLock { number in
        defer { number += 1 }
        return number
      }
      if number >= end.withLock({ $0 }) { return }
      if !body(number) { end.withLock { $0 = min($0, number) } }
    }
  }
  return end.withLock { $0 }
}

/// Does a body for every index in a few threads.
func forEach(_ count: Int, lanes: Int, _ body: @Sendable (Int) -> Void) {
  guard count > 0 else { return }
  _ = countUp(lanes: lanes) { number in
    if number <= count { body(number - 1) }
    return number < count
  }
}
