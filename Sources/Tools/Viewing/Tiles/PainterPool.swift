import Foundation
import Pipelines
import Synchronization

/// Threads that draw, each with open files of its own: a GDAL dataset is used by one thread at a
/// time, and a drawing that takes long keeps nobody waiting who is not drawing.
final class PainterPool: Sendable {
  /// What a thread keeps between drawings.
  final class Desk {
    private var painter: TilePainter?
    private var outlines: [(name: String, reader: OutlineReader)] = []

    /// The painter of a run; another one when the run is.
    func painter(of map: RunMap) throws -> TilePainter {
      if let painter, painter.map.isSame(as: map) { return painter }
      outlines = []
      let painter = try TilePainter(of: map)
      self.painter = painter
      return painter
    }

    /// The reader of a layer's files, told apart by a name that changes with them.
    func outlines(_ files: [String], named name: String) throws -> OutlineReader {
      if let place = outlines.firstIndex(where: { $0.name == name }) {
        return outlines[place].reader
      }
      let reader = try OutlineReader(of: files)
      outlines.append((name, reader))
      if outlines.count > 8 { outlines.removeFirst() }
      return reader
    }
  }

  private typealias Job = @Sendable (Desk) -> Void

  /// What is to be drawn; it outlives the pool until the last thread has left.
  private final class Line: Sendable {
    private let jobs = Mutex<(waiting: [Job], isOver: Bool)>(([], false))
    private let bell = DispatchSemaphore(value: 0)

    /// Whether there was room for one more.
    func add(_ job: @escaping Job) -> Bool {
      let isTaken = jobs.withLock { jobs in
        guard jobs.waiting.count < mostWaiting else { return false }
        jobs.waiting.append(job)
        return true
      }
      if isTaken { bell.signal() }
      return isTaken
    }

    func end(threads: Int) {
      jobs.withLock { $0.isOver = true }
      for _ in 0..<threads { bell.signal() }
    }

    func work() {
      let desk = Desk()
      while true {
        bell.wait()
        let (job, isOver) = jobs.withLock { jobs in
          (jobs.waiting.isEmpty ? nil : jobs.waiting.removeFirst(), jobs.isOver)
        }
        if let job { job(desk) } else if isOver { return }
      }
    }
  }

  /// So many drawings wait at most; who comes then is told to come again.
  private static let mostWaiting = 512
  private let line = Line()
  private let threads: Int

  /// Starts threads.
  init(threads: Int) {
    self.threads = threads
    for _ in 0..<threads {
      Thread.detachNewThread { [line] in line.work() }
    }
  }

  deinit { line.end(threads: threads) }

  /// Has one of the threads do something.
  ///
  /// - Throws: ``PoolIsFull``, and what `body` throws.
  func perform<Value: Sendable>(
    _ body: @escaping @Sendable (Desk) throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let job: Job = { desk in continuation.resume(with: Result { try body(desk) }) }
      if !line.add(job) { continuation.resume(throwing: PoolIsFull()) }
    }
  }
}

/// So many drawings wait already that another one is not taken on.
struct PoolIsFull: Error {}
