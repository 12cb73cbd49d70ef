import Foundation
import Glibc
import Grids
import Synchronization

/// An error from the first, second, third … call of a kind, in coordinator and worker alike, until a
/// run ends without having come so far.
struct ErrorSweep: Trial {
  let name = "errors"
  let promise =
    "an error of the system ends in 0 or 74, never in a file that is recorded and wrong"
  let stride: Int

  /// Which call fails, and how.
  static let kinds = [
    ("write", "ENOSPC"), ("pwrite64", "ENOSPC"), ("write", "EIO"), ("pwrite64", "EIO"),
    ("fsync", "EIO"), ("fdatasync", "EIO"), ("openat", "EMFILE"),
  ]

  func perform(in arena: Arena) throws -> Finding {
    guard Arena.has("strace") else { return .skipped("strace is not installed") }
    let job = try arena.job(name, size: PixelSize(width: 380, height: 300), .oneShard)
    let wanted = try job.undisturbed(["--workers", "1"])
    let faults = Mutex<[String]>([])
    let codes = Mutex<[Int32: Int]>([:])
    var finding = Finding()
    var points: [String] = []
    for (call, error) in Self.kinds {
      let first = call == "openat" ? try Self.callsBeforeMain(job) : 1
      let end = countUp(lanes: 3) { count in
        let place = first + (count - 1) * stride
        let calls = SystemCalls(
          call: call, fault: .error(error), place: place,
          log: job.folder.appending(path: "\(call)-\(error)-\(place).strace"))
        defer { try? FileManager.default.removeItem(at: calls.log) }
        do {
          let (code, found) = try strike(job, calls, wanted)
          if calls.hasHit { codes.withLock { $0[code, default: 0] += 1 } }
          faults.withLock { $0 += found.map { "\(call) \(place) \(error): \($0)" } }
          return calls.hasHit
        } catch {
          faults.withLock { $0.append("\(call) \(place): \(error)") }
          return place < 2_000
        }
      }
      points.append("\(call) \(error) \(end - 1)")
      finding.numbers["points_\(call)_\(error)"] = Double(end - 1)
    }
    finding.faults = faults.withLock { $0 }
    let ended = codes.withLock { $0 }
    finding.done =
      "\(points.joined(separator: ", ")) points" + (stride > 1 ? ", every \(stride)th" : "")
    finding.seen = ended.sorted { $0.key < $1.key }.map { "exit \($0.key): \($0.value) times" }
      .joined(separator: ", ")
    for (code, count) in ended { finding.numbers["exit_\(code)"] = Double(count) }
    return finding
  }

  /// Lets a call fail, looks at what is recorded, then maps to the end without faults.
  private func strike(_ job: Job, _ calls: SystemCalls, _ wanted: String) throws
    -> (Int32, [String])
  {
    let run = calls.log.deletingPathExtension().lastPathComponent
    defer { job.delete(run) }
    let struck = try Running(calls.onAll + job.words(run, ["--workers", "1"])).end()
    var faults: [String] = []
    if struck.code != 0 && struck.code != 74 { faults.append(struck.digest) }
    if let ledger = try? RunLedger(job, run) {
      faults += try ledger.damages().map { "recorded and wrong: \($0)" }
    }
    let resumed = try job.map(run, ["--workers", "1"])
    return (struck.code, faults + RunLedger.faults(of: run, job, resumed, expecting: wanted))
  }

  /// The number of the first file that is opened by the program and not by the loader before it.
  private static func callsBeforeMain(_ job: Job) throws -> Int {
    let log = job.folder.appending(path: "openat.strace")
    _ = try Running(
      ["strace", "-qq", "-o", log.path, "-e", "trace=openat"] + job.words("opened")
    ).end()
    job.delete("opened")
    let lines = try String(contentsOf: log, encoding: .utf8).split(separator: "\n")
    let loaded = lines.lastIndex { $0.contains(".so") } ?? 0
    let pipeline = lines.firstIndex { $0.contains("pipeline.yaml") } ?? lines.count
    return min(loaded, pipeline) + 2
  }
}
