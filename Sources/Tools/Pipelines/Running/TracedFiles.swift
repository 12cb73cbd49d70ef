import Footprints
import Foundation
import GeoFiles
import Grids
import Synchronization

/// Files of outlines and roads outside of any run: traced by several threads, named when all is
/// written.
struct TracedFiles {
  /// A layer to trace.
  struct Layer {
    /// The layer whose fragments it is merged from, by its place in the list; nil for its own.
    var source: Int?
    /// Whether its files are written.
    var isWritten = true
    /// Called once by every thread, for the layers of the map cannot be shared.
    let tracing: @Sendable () throws -> Tracing
  }

  private let folder: String
  private let shards: [PixelWindow]
  private let threads: Int
  private let layers: [Layer]
  private let scenery: () throws -> Scenery

  /// What was written.
  struct Traced {
    /// How many features each written layer has.
    let counts: [Int]
    /// The counts and the files, for people.
    let words: String
  }

  /// Prepares to trace.
  ///
  /// - Parameters:
  ///   - folder: Where the files go; made when absent.
  ///   - shards: What is traced in one go; the pixels of all, none twice.
  ///   - threads: How many shards at a time; nil for as many as there are processors.
  ///   - layers: What is traced.
  ///   - scenery: What is drawn together.
  init(
    folder: String, shards: [PixelWindow], threads: Int? = nil, layers: [Layer],
    scenery: @escaping () throws -> Scenery
  ) {
    self.folder = folder
    self.shards = shards
    self.layers = layers
    self.scenery = scenery
    self.threads = max(
      1, min(shards.count, threads ?? ProcessInfo.processInfo.activeProcessorCount))
  }

  /// Traces and writes.
  ///
  /// - Throws: What the layers or files say, of the first shard in order that failed.
  func write() throws -> Traced {
    let results = try ResultFolder(folder)
    return try results.fill {
      func fragments(_ layer: Int) -> [FootprintFragment] {
        shards.enumerated().map { index, core in
          FootprintFragment(path: results.staged("\(layer)-\(index).footprints"), core: core)
        }
      }
      let written = layers.indices.filter { layers[$0].isWritten }
      for layer in Set(written.map { layers[$0].source ?? $0 }).sorted() {
        try trace(fragments(layer), by: layers[layer].tracing)
      }
      var (counts, lines, others): ([Int], [String], [String]) = ([], [], [])
      var names: [String] = []
      var made: [(tracing: Tracing, parts: [LayerPart])] = []
      for layer in written {
        let tracing = try layers[layer].tracing()
        let fragments = fragments(layers[layer].source ?? layer)
        let parts = try tracing.parts(of: fragments)
        counts.append(
          try tracing.export(fragments, in: parts, to: { results.staged($0.name) }))
        let files = tracing.files(in: parts).map(\.name)
        names += files
        lines += ["\(counts[counts.count - 1]) \(tracing.layers[0].name)"]
        lines += files.map { "  \(folder)/\($0)" }
        made.append((tracing, parts))
      }
      let project = try scenery().project(of: made)
      let styles = made.flatMap { $0.tracing.styles(in: $0.parts) }
      for file in styles + [project].compactMap(\.self) {
        try Data(file.text.utf8).write(toFile: results.staged(file.name))
        others.append(file.name)
      }
      return (names + others, Traced(counts: counts, words: lines.joined(separator: "\n")))
    }
  }

  /// Traces every shard into its fragment, whichever thread is free.
  private func trace(
    _ fragments: [FootprintFragment], by tracing: @escaping @Sendable () throws -> Tracing
  ) throws {
    let next = Mutex(0)
    let failure = Mutex<(index: Int, error: any Error)?>(nil)
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
          _ = try own.trace(into: fragments[index])
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
