import Foundation
import Glibc
import Queueing
import ShardStores

/// What the queue costs: a plan of a million shards opened, and shards handed out and committed.
struct QueueCost {
  /// What was measured.
  struct Figures: Encodable {
    var shards = 0
    var writeSeconds = 0.0
    var openSeconds = 0.0
    var openMegabytes = 0.0
    var pairsPerSecond = 0.0
    var cpuMicrosecondsPerPair = 0.0
    var worstMilliseconds = 0.0
  }

  private let shards: Int
  private static let pairs = 3_000

  init(_ options: Options) { shards = options.shards }

  /// Measures and prints; whether the bounds hold.
  func report() -> Bool {
    do {
      let figures = try measure()
      print(
        "\(figures.shards) shards: written in \(number(figures.writeSeconds, 1)) s; opened in "
          + "\(number(figures.openSeconds, 2)) s with \(number(figures.openMegabytes, 0)) MB; "
          + "\(number(figures.pairsPerSecond, 0)) × (hand out + commit) a second, the slowest "
          + "\(number(figures.worstMilliseconds, 1)) ms, "
          + "\(number(figures.cpuMicrosecondsPerPair, 0)) µs of processor each")
      return true
    } catch {
      print("cannot measure: \(error)")
      return false
    }
  }

  /// Measures in a folder of its own.
  func measure() throws -> Figures {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "queue-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "queue.sqlite").path
    var figures = Figures(shards: shards)
    figures.writeSeconds = try Self.seconds {
      let store = try ShardStore(writing: path)
      try store.insert(Self.records(shards))
    }
    let opened = try Running([Options.ownPath, "open-queue", path]).end()
    let words = opened.words.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    guard opened.code == 0, words.count == 2 else { throw Breakdown(opened.digest) }
    (figures.openSeconds, figures.openMegabytes) = (words[0], words[1])
    try Self.undisturbed { try handOut(path, &figures) }
    return figures
  }

  /// The shards of a country: parts, layers of 100 mosaics, outlines, one merge.
  private static func records(_ count: Int) -> some Sequence<ShardRecord> {
    let parts = count / 2
    return (0..<count).lazy.map { index in
      index < parts
        ? ShardRecord(key: ShardKey(stage: 0, index: index))
        : ShardRecord(
          key: ShardKey(stage: index < parts + 100 ? 1 : 2, index: index), state: .blocked,
          waits: 1)
    }
  }

  /// Opens a queue as a resumed run does, up to the first shard, and prints seconds and megabytes.
  static func open(_ path: String) throws -> Bool {
    let seconds = try seconds {
      let queue = try queue(path)
      guard try !queue.store.isEmpty() else { throw Breakdown("the queue is empty") }
      _ = try queue.recover()
      _ = try queue.store.readyCount(atMost: 64)
      guard let lease = try queue.lease(to: 1) else { throw Breakdown("nothing to hand out") }
      try queue.giveBack(lease)
    }
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    print("\(seconds) \(Double(usage.ru_maxrss) / 1024)")
    return true
  }

  private static func queue(_ path: String) throws -> ShardQueue {
    ShardQueue(
      store: try ShardStore(writing: path),
      successors: { .shards([ShardKey(stage: 1, index: $0.index % 100)]) },
      endsWithout: { $0.stage == 0 })
  }

  /// Measures before others get their turn, where that is allowed: what is measured is the queue, and
  /// not how long a busy machine lets it wait after each flush.
  private static func undisturbed(_ body: () throws -> Void) rethrows {
    let before = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0)
    _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, -15)
    defer { _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, before) }
    try body()
  }

  private func handOut(_ path: String, _ figures: inout Figures) throws {
    let queue = try Self.queue(path)
    let hash = String(repeating: "0", count: 64)
    let cpu = Self.cpuSeconds()
    var worst = 0.0
    let wall = try Self.seconds {
      for index in 0..<min(Self.pairs, shards / 4) {
        let one = try Self.seconds {
          guard let lease = try queue.lease(to: 1) else { throw Breakdown("nothing to hand out") }
          let artifact = Artifact(
            key: lease.key, part: 0, path: "3-inference/shard_r0c\(index).0123456789abcdef.tif",
            bytes: index, fileHash: hash, contentHash: hash)
          guard
            try queue.finish(lease, artifacts: [artifact], made: 64, skipped: 0)
          else { throw Breakdown("a lease was lost") }
        }
        worst = max(worst, one)
      }
    }
    let count = Double(min(Self.pairs, shards / 4))
    figures.pairsPerSecond = count / wall
    figures.cpuMicrosecondsPerPair = (Self.cpuSeconds() - cpu) / count * 1e6
    figures.worstMilliseconds = worst * 1e3
  }

  private static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try body()
    return (ContinuousClock.now - start).seconds
  }

  private static func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private func number(_ value: Double, _ digits: Int) -> String {
    String(format: "%.\(digits)f", value)
  }
}
