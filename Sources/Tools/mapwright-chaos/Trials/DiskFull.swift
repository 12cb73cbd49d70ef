import Foundation
import Glibc
import Grids

/// A disk that really is full: a small tmpfs that only this trial sees.
struct DiskFull: Trial {
  let name = "disk-full"
  let promise = "a full disk ends in 74, and with space the same command gives the same bytes"
  let rounds: Int

  func perform(in arena: Arena) throws -> Finding {
    guard getuid() == 0, Arena.has("unshare") else {
      return .skipped("a file system of one's own needs root and unshare")
    }
    let ended = try Running(words(arena.options)).end(within: 600)
    let lines = ended.words.split(separator: "\n").map(String.init)
    var finding = Finding()
    finding.faults = lines.filter { $0.hasPrefix("fault: ") }.map { String($0.dropFirst(7)) }
    finding.expect(ended.code == 0 || !finding.faults.isEmpty, ended.digest)
    finding.done = lines.first { $0.hasPrefix("done: ") }.map { String($0.dropFirst(6)) } ?? ""
    finding.seen = lines.first { $0.hasPrefix("seen: ") }.map { String($0.dropFirst(6)) } ?? ""
    finding.numbers = ["rounds": Double(rounds)]
    return finding
  }

  /// The command that holds the trial: the same program again, with the same seed, where nobody else
  /// sees what is mounted.
  func words(_ options: Options) -> [String] {
    [
      "unshare", "-m", Options.ownPath, "disk-full", "--steps", "\(rounds)", "--seed",
      "\(options.seed)", "--mapwright", options.mapwright, "--model", options.model,
    ]
  }

  /// The trial itself, in mounts of its own.
  static func performInside(_ options: Options) throws -> Bool {
    var options = options
    let disk = FileManager.default.temporaryDirectory.appending(path: "disk-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: disk, withIntermediateDirectories: true)
    defer { rmdir(disk.path) }
    _ = try Running(["mount", "--make-rprivate", "/"]).end()
    let mounted = try Running(["mount", "-t", "tmpfs", "-o", "size=900m", "tmpfs", disk.path]).end()
    guard mounted.code == 0 else { throw Breakdown("no tmpfs: \(mounted.digest)") }
    defer { umount2(disk.path, Int32(MNT_DETACH)) }
    options.keepsRuns = false
    let faults = try fill(disk, options)
    for fault in faults { print("fault: \(fault)") }
    return faults.isEmpty
  }

  /// Fills the disk at some moment of a run, makes room, goes on; then begins on a disk that is full.
  private static func fill(_ disk: URL, _ options: Options) throws -> [String] {
    var faults: [String] = []
    var codes: [Int32: Int] = [:]
    let job = try Job(
      in: disk.appending(path: "job"), size: PixelSize(width: 1800, height: 1500),
      model: options.model, pipeline: PipelineText(), command: options.mapwright)
    let wanted = try job.undisturbed()
    let filler = disk.appending(path: "filler")
    var dice = Dice(seed: options.seed)
    for round in 1...max(1, options.steps) {
      let out = "run-\(round)"
      let running = try job.start(out, ["--workers", "2"])
      running.wait { RunLedger.hasCommit(job, out) }
      usleep(UInt32.random(in: 0...300_000, using: &dice))
      let space = try Running(["dd", "if=/dev/zero", "of=\(filler.path)", "bs=64k"]).end()
      guard space.words.contains("No space left") else { throw Breakdown("the disk is not full") }
      let full = try running.end()
      codes[full.code, default: 0] += 1
      if full.code != 74 && full.code != 0 { faults.append("round \(round): \(full.digest)") }
      // Nothing can go on while the disk is full, and nothing may get worse.
      let still = try job.map(out)
      if full.code != 0 && still.code != 74 { faults.append("still full: \(still.digest)") }
      try FileManager.default.removeItem(at: filler)
      faults += try RunLedger(job, out).damages().map { "recorded and wrong: \($0)" }
      let resumed = try job.map(out)
      faults += RunLedger.faults(of: out, job, resumed, expecting: wanted)
      job.delete(out)
    }
    _ = try Running(["dd", "if=/dev/zero", "of=\(filler.path)", "bs=64k"]).end()
    let refused = try job.map("never")
    if refused.code != 74 { faults.append("beginning on a full disk: \(refused.digest)") }
    print(
      "done: \(max(1, options.steps)) times a tmpfs filled in the middle of a run, once before it; "
        + "seed \(options.seed)")
    print(
      "seen: "
        + codes.sorted { $0.key < $1.key }.map { "exit \($0.key): \($0.value) times" }
        .joined(separator: ", ") + "; resumed to the same bytes after making room")
    return faults
  }
}
