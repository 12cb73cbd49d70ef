import Foundation
import Grids

/// The order in which files reach the disk, read from a log of system calls.
struct DurabilityOrder: Trial {
  let name = "order-on-disk"
  let promise =
    "write < fsync(file) < rename < fsync(folder) < fsync(database), for every published file"

  private static let calls =
    "write,pwrite64,writev,pwritev,fsync,fdatasync,rename,renameat,renameat2,ftruncate"

  func perform(in arena: Arena) throws -> Finding {
    guard Arena.has("strace") else { return .skipped("strace is not installed") }
    let job = try arena.job(name, size: PixelSize(width: 1300, height: 1100))
    let log = job.folder.appending(path: "calls.strace")
    let ended = try Running(
      ["strace", "-f", "--seccomp-bpf", "-qq", "-y", "-o", log.path, "-e", "trace=\(Self.calls)"]
        + job.words("run", ["--workers", "2"])
    ).end(within: 300)
    guard ended.code == 0 else { return Finding(faults: [ended.digest]) }
    let trace = CallLog(try String(contentsOf: log, encoding: .utf8))
    let order = PublishingOrder(trace, in: job.run("run").resolvingSymlinksInPath().path)
    let artifacts = try RunLedger(job, "run").commits
    var finding = Finding()
    finding.faults = order.faults
    finding.expect(
      order.published >= artifacts, "\(order.published) files seen for \(artifacts) commits")
    finding.done = "\(trace.calls.count) calls of one run with 2 workers"
    finding.seen = "\(order.published) files published, \(order.faults.count) out of order"
    finding.numbers = [
      "files": Double(order.published), "calls": Double(trace.calls.count),
    ]
    return finding
  }
}
