import Foundation
import TestSupport
import Testing

@testable import Pipelines

@Suite struct `The cache of compiled models` {
  private let folder: TemporaryFolder
  private let cache: ModelCache

  init() throws {
    folder = try TemporaryFolder()
    let run = RunFolder(folder.url.appending(path: "run"))
    try run.make()
    cache = try ModelCache(in: run)
  }

  private var model: URL { URL(fileURLWithPath: cache.path).appending(path: "1.blob") }

  /// Compiles as OpenVINO does: writes the file where there is none, and tells whether there was.
  private func compile() throws -> Bool {
    var isThere = false
    try cache.compile {
      isThere = FileManager.default.fileExists(atPath: model.path)
      if !isThere { try Data(repeating: 7, count: 1000).write(to: model) }
    }
    return isThere
  }

  @Test func `keeps what was written`() throws {
    #expect(try !compile())
    #expect(try compile())
    #expect(try compile())
  }

  @Test func `deletes a file whose bytes are others than were written`() throws {
    #expect(try !compile())
    let file = try FileHandle(forUpdating: model)
    try file.seek(toOffset: 500)
    try file.write(contentsOf: Data([8]))
    try file.close()
    #expect(try !compile())
    #expect(try compile())
  }

  @Test func `deletes what was written by a worker that did not come to its hash`() throws {
    try Data(repeating: 7, count: 1000).write(to: model)
    #expect(try !compile())
  }

  @Test func `trusts nothing when its hashes are damaged`() throws {
    #expect(try !compile())
    let seals = URL(fileURLWithPath: cache.path).appending(path: "seals.json")
    try Data("{".utf8).write(to: seals)
    #expect(try !compile())
    #expect(try compile())
  }
}
