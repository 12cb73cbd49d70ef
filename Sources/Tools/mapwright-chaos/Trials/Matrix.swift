import Foundation
import Grids
import Synchronization

/// Every combination of what must not show in the bytes.
struct Matrix: Trial {
  let name = "matrix"
  let promise = "workers, order, threads, batch and size of shard do not show in the bytes"
  /// How much of the matrix is done, drawn by lot.
  let share: Double

  private struct Cell: Sendable {
    var workers: Int
    var order: [String]
    var threads: Int?
    var batch: Int
    var shard: Int

    var words: String {
      "\(workers) workers, \(order.isEmpty ? "heaviest first" : order.joined(separator: " ")), "
        + "threads \(threads.map(String.init) ?? "not offered"), batch \(batch), shard \(shard)"
    }
  }

  func perform(in arena: Arena) throws -> Finding {
    let job = try arena.job(name, size: PixelSize(width: 1300, height: 1100))
    let wanted = try job.undisturbed()
    let threads = try Self.threads(of: job)
    var dice = Dice(seed: arena.options.seed)
    let cells = Self.cells(threads).filter { _ in share == 1 || dice.shows(share) }
    let faults = Mutex<[String]>([])
    forEach(cells.count, lanes: 2) { index in
      let cell = cells[index]
      do {
        let ended = try map(cell, job, run: "cell-\(index)")
        let outputs = ended.code == 0 ? try job.outputs(of: "cell-\(index)") : ended.digest
        if outputs != wanted { faults.withLock { $0.append("\(cell.words): other bytes") } }
      } catch { faults.withLock { $0.append("\(cell.words): \(error)") } }
      job.delete("cell-\(index)")
    }
    var finding = Finding()
    finding.faults = faults.withLock { $0 }
    finding.done =
      "\(cells.count) runs of {1, 2, 3, 7} workers × 3 orders × "
      + (threads.count == 1 ? "threads not offered" : "{1, 2} threads")
      + " × batch {1, 4, 16} × shards of {512, 1024, 1536} px"
    finding.seen = finding.faults.isEmpty ? "one hash" : "\(finding.faults.count) other hashes"
    finding.numbers = ["runs": Double(cells.count)]
    return finding
  }

  private static func cells(_ threads: [Int?]) -> [Cell] {
    [1, 2, 3, 7].flatMap { workers in
      [[], ["--backwards"], ["--shuffle", "7"]].flatMap { order in
        threads.flatMap { threads in
          [1, 4, 16].flatMap { batch in
            [512, 1024, 1536].map { shard in
              Cell(workers: workers, order: order, threads: threads, batch: batch, shard: shard)
            }
          }
        }
      }
    }
  }

  /// The numbers of threads to try; nil alone where pipelines have no such key.
  private static func threads(of job: Job) throws -> [Int?] {
    var pipeline = job.pipeline
    pipeline.threads = 2
    try job.write(pipeline, as: "threads.yaml")
    let path = job.folder.appending(path: "threads.yaml").path
    return try Running([job.command, "plan", path]).end().code == 0 ? [1, 2] : [nil]
  }

  private func map(_ cell: Cell, _ job: Job, run: String) throws -> Ended {
    var pipeline = job.pipeline
    pipeline.shard = cell.shard
    pipeline.batch = cell.batch
    pipeline.threads = cell.threads
    let name = "\(run).yaml"
    try job.write(pipeline, as: name)
    let words = [
      job.command, "map", job.folder.appending(path: name).path, "--out", job.run(run).path,
      "--quiet", "--workers", "\(cell.workers)",
    ]
    return try Running(words + cell.order).end(within: 240)
  }
}
