import Foundation
import TestSupport
import Testing

@testable import Pipelines

@Suite struct `A slice's scratch folder` {
  private let base: TemporaryFolder

  init() throws { base = try TemporaryFolder() }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: base.url.path).sorted()
  }

  @Test func `is each task's own, and gone when it is over`() throws {
    let first = try ScratchFolder(in: base.url, named: "job-0of4")
    let second = try ScratchFolder(in: base.url, named: "job-0of4")
    #expect(first.url != second.url)
    try Data().write(to: first.url.appending(path: "queue"))
    #expect(try names().count == 4)
    first.remove()
    second.remove()
    #expect(try names() == [])
  }

  @Test func `is deleted by the next one when its owner was killed`() throws {
    let living = try ScratchFolder(in: base.url, named: "a")
    let name = "\(ScratchFolder.prefix)killed-0a"
    try FileManager.default.createDirectory(
      at: base.url.appending(path: name), withIntermediateDirectories: true)
    try Data().write(to: base.url.appending(path: "\(name)/queue"))
    try Data().write(to: base.url.appending(path: "\(name).lock"))
    try Data().write(to: base.url.appending(path: "another's.lock"))
    let next = try ScratchFolder(in: base.url, named: "b")

    let left = try names()
    #expect(!left.contains { $0.hasPrefix(name) })
    #expect(left.contains("another's.lock"))
    #expect(
      left.contains(living.url.lastPathComponent) && left.contains(next.url.lastPathComponent))
  }
}
