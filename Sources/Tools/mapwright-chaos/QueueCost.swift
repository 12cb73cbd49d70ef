import Foundation
import Glibc
import Queueing
import ShardStores

/// What the queue costs: a plan of a million shards opened, and shards handed out and committed.
///
/// A commit waits for the disk. How long that takes is the disk's affair, and is measured beside: the
/// same disk is asked to flush one block of a file, in turn with the queue.
struct QueueCost {
  /// What was measured.
  struct Figures: Encodable {
    var shards = 0
    var writeSeconds = 0.0
    var openSeconds = 0.0
    var openMegabytes = 0.0
    /// Shards handed out and committed a second, one after the other.
    var pairsPerSecond = 0.0
    /// The same, when as many as ``QueueCost/together`` workers finish in the time of one flush.
    var pairsPerSecondTogether = 0.0
    /// What one flush of the disk takes: the median.
    var flushMilliseconds = 0.0
    var cpuMicrosecondsPerPair = 0.0
    var worstMilliseconds = 0.0
  }

  private let shards: Int
  private static let pairs = 3_000
  /// How many shards are committed at once where workers wait for the queue.
  static let together = 8
  private static let rounds = 10

  init(_ options: Options) { shards = options.shards }

  /// Measures and prints; whether the bounds hold.
  func report() -> Bool {
    do {
      let figures = try measure()
      print(
        "\(figures.shards) shards: written in \(number(figures.writeSeconds, 1)) s; opened in "
          + "\(number(figures.openSeconds, 2)) s with \(number(figures.openMegabytes, 0)) MB; "
          + "\(number(figures.pairsPerSecond, 0)) × (hand out + commit) a second one by one, "
          + "\(number(figures.pairsPerSecondTogether, 0)) by \(Self.together), the slowest "
          + "\(number(figures.worstMilliseconds, 1)) ms, "
          + "\(number(figures.cpuMicrosecondsPerPair, 0)) µs of processor each; a flush takes "
          + "\(number(figures.flushMilliseconds, 2)) ms")
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

  /// Measures in turns, so that the disk's moods meet all alike.
  private func handOut(_ path: String, _ figures: inout Figures) throws {
    let queue = try Self.queue(path)
    let count = max(Self.together, min(Self.pairs, shards / 4) / Self.rounds)
    var (alone, together, cpu) = (0.0, 0.0, 0.0)
    var flushes: [Double] = []
    for _ in 0..<Self.rounds {
      flushes += try Self.flushes(beside: path, count: 20)
      let before = Self.cpuSeconds()
      alone += try Self.seconds { try commit(count, by: 1, in: queue, &figures) }
      cpu += Self.cpuSeconds() - before
      together += try Self.seconds { try commit(count, by: Self.together, in: queue, &figures) }
    }
    let pairs = Double(count / Self.together * Self.together * Self.rounds)
    figures.pairsPerSecond = Double(count * Self.rounds) / alone
    figures.pairsPerSecondTogether = pairs / together
    figures.cpuMicrosecondsPerPair = cpu / Double(count * Self.rounds) * 1e6
    figures.flushMilliseconds = flushes.sorted()[flushes.count / 2] * 1e3
  }

  /// Hands out and commits shards, some at a time.
  private func commit(
    _ count: Int, by group: Int, in queue: ShardQueue, _ figures: inout Figures
  ) throws {
    let hash = String(repeating: "0", count: 64)
    for _ in 0..<count / group {
      let one = try Self.seconds {
        let works = try (0..<group).map { worker in
          guard let lease = try queue.lease(to: worker) else {
            throw Breakdown("nothing to hand out")
          }
          let name = "3-inference/shard_r0c\(lease.key.index).0123456789abcdef.tif"
          let artifact = Artifact(
            key: lease.key, part: 0, path: name, bytes: 1, fileHash: hash, contentHash: hash)
          return FinishedWork(lease: lease, artifacts: [artifact], made: 64, skipped: 0)
        }
        guard try queue.finish(works).allSatisfy(\.self) else {
          throw Breakdown("a lease was lost")
        }
      }
      figures.worstMilliseconds = max(figures.worstMilliseconds, one * 1e3)
    }
  }

  /// The seconds that the disk takes to make one block of a file durable, a number of times.
  private static func flushes(beside path: String, count: Int) throws -> [Double] {
    let file = Glibc.open("\(path).flush", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw Breakdown("'\(path).flush' cannot be made") }
    defer { close(file) }
    let block = [UInt8](repeating: 7, count: 4096)
    return try (0..<count).map { index in
      try seconds {
        guard pwrite(file, block, block.count, off_t(index * block.count)) == block.count,
          fdatasync(file) == 0
        else { throw Breakdown("'\(path).flush' cannot be flushed") }
      }
    }
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
