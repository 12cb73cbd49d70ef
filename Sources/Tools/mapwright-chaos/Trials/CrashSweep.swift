import Foundation
import Glibc
import Grids
import Synchronization

/// SIGKILL at the first, second, third … call of each kind that changes a disk, until a run ends
/// without having come so far.
struct CrashSweep: Trial {
  enum Role: String { case coordinator, worker }

  let name: String
  let role: Role
  /// 1 sweeps every call; a bounded campaign takes only each so-many-th.
  let stride: Int

  var promise: String {
    "a \(role.rawValue) that dies at any single call loses nothing and spoils nothing"
  }

  /// What a process does to files, and to its pipes.
  static let calls = ["write", "pwrite64", "fsync", "fdatasync", "rename", "unlink", "ftruncate"]

  func perform(in arena: Arena) throws -> Finding {
    guard Arena.has("strace") else { return .skipped("strace is not installed") }
    let job = try arena.job(name, size: PixelSize(width: 380, height: 300), .oneShard)
    let wanted = try job.undisturbed(["--workers", "1"])
    let faults = Mutex<[String]>([])
    var finding = Finding()
    var points: [String] = []
    var total = 0
    for call in Self.calls {
      let end = countUp(lanes: 2) { count in
        let place = 1 + (count - 1) * stride
        let calls = SystemCalls(
          call: call, fault: .kill, place: place,
          log: job.folder.appending(path: "\(call)-\(place).strace"))
        defer { try? FileManager.default.removeItem(at: calls.log) }
        do {
          let (hasHit, found) =
            try role == .coordinator
            ? killCoordinator(job, calls, wanted) : killWorker(job, calls, wanted)
          faults.withLock { $0 += found.map { "\(call) \(place): \($0)" } }
          return hasHit
        } catch {
          faults.withLock { $0.append("\(call) \(place): \(error)") }
          return place < 2_000
        }
      }
      points.append("\(call) \(end - 1)")
      total += end - 1
      finding.numbers["points_\(call)"] = Double(end - 1)
    }
    finding.faults = faults.withLock { $0 }
    finding.done =
      "SIGKILL at \(total) points" + (stride > 1 ? ", every \(stride)th" : ", every one")
    finding.seen = points.joined(separator: ", ")
    return finding
  }

  /// Kills the coordinator at a call, then resumes.
  private func killCoordinator(_ job: Job, _ calls: SystemCalls, _ wanted: String) throws
    -> (Bool, [String])
  {
    let run = "\(calls.call)-\(calls.place)"
    defer { job.delete(run) }
    let struck = try Running(calls.onFirstThread + job.words(run, ["--workers", "1"])).end()
    let hasHit = struck.code == -SIGKILL
    guard hasHit || struck.code == 0 else { return (false, [struck.digest]) }
    let resumed = try job.map(run, ["--workers", "1"])
    return (hasHit, RunLedger.faults(of: run, job, resumed, expecting: wanted))
  }

  /// Kills the run's only worker at a call; its coordinator must go on.
  private func killWorker(_ job: Job, _ calls: SystemCalls, _ wanted: String) throws
    -> (Bool, [String])
  {
    let run = "\(calls.call)-\(calls.place)"
    defer { job.delete(run) }
    let running = try job.start(run, ["--workers", "1"])
    guard running.wait(until: { !running.children.isEmpty }), let worker = running.children.first
    else { throw Breakdown("no worker was seen") }
    // It is held before it has done anything, so that its calls are counted from the first.
    kill(worker, SIGSTOP)
    let tracer = try Running(calls.onto(worker))
    tracer.wait { SystemCalls.isTraced(worker) }
    kill(worker, SIGCONT)
    let ended = try running.end()
    _ = try tracer.end()
    return (calls.hasHit, RunLedger.faults(of: run, job, ended, expecting: wanted))
  }
}

extension PipelineText {
  /// One shard, one layer, one form of outlines: few enough calls that all can be tried.
  static var oneShard: PipelineText {
    var text = PipelineText()
    text.layers = "[class, probability]"
    text.formats = "[gpkg, geojsonl]"
    return text
  }
}
