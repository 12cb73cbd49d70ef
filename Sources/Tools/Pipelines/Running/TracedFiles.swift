import Footprints
import Foundation
import GeoFiles
import Grids
import Synchronization

/// Files of outlines outside of any run: traced by several threads, named when all is written.
struct TracedFiles {
  private let folder: String
  private let name: String
  private let shards: [PixelWindow]
  private let threads: Int
  private let tracing: @Sendable () throws -> Tracing

  /// What was written.
  struct Traced {
    let summary: FootprintSummary
    /// The count and the files, for people.
    let words: String
  }

  /// Prepares to trace.
  ///
  /// - Parameters:
  ///   - folder: Where the files go; made when absent.
  ///   - name: What their names begin with.
  ///   - shards: What is traced in one go; the pixels of all, none twice.
  ///   - threads: How many shards at a time; nil for as many as there are processors.
  ///   - tracing: Called once by every thread, for the layers cannot be shared.
  init(
    folder: String, name: String, shards: [PixelWindow], threads: Int? = nil,
    tracing: @escaping @Sendable () throws -> Tracing
  ) {
    self.folder = folder
    self.name = name
    self.shards = shards
    self.tracing = tracing
    self.threads = max(
      1, min(shards.count, threads ?? ProcessInfo.processInfo.activeProcessorCount))
  }

  /// Traces and writes.
  ///
  /// - Throws: What the layers or files say, of the first shard in order that failed.
  func write() throws -> Traced {
    let results = try ResultFolder(folder)
    return try results.fill {
      let fragments = shards.enumerated().map { index, core in
        FootprintFragment(path: results.staged("\(index).footprints"), core: core)
      }
      try trace(fragments)
      let tracing = try tracing()
      let stem = "\(name)_footprints"
      let (summary, parts, endings) = try tracing.export(fragments) { results.staged(stem + $0) }
      let companions = try tracing.companions(of: parts, hasMap: false)
      for file in companions {
        try Data(file.text.utf8).write(toFile: results.staged(stem + file.ending))
      }
      let lines = ["\(summary.count) footprints"] + endings.map { "  \(folder)/\(stem)\($0)" }
      return (
        (endings + companions.map(\.ending)).map { stem + $0 },
        Traced(summary: summary, words: lines.joined(separator: "\n"))
      )
    }
  }

  /// Traces every shard into its fragment, whichever thread is free.
  private func trace(_ fragments: [FootprintFragment]) throws {
    let next = Mutex(0)
    let failure = Mutex<(index: Int, error: any Error)?>(nil)
    let tracing = tracing
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      var index = 0
      do {
        let own = try tracing()
        while failure.withLock({ $0 == nil }) {
          index = next.withLock { number in
            defer { number += 1 }
            return number
          }
          guard index < fragments.count else { return }
          try fragments[index].write(try own.footprints(in: fragments[index].core))
        }
      } catch {
        failure.withLock { first in
          if first.map({ $0.index > index }) ?? true { first = (index, error) }
        }
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure.error }
  }
}
