import Checksums
import Foundation
import TestSupport
import Testing

@testable import Pipelines

@Suite struct `A staged file` {
  private let place: TemporaryFolder
  private var publisher: Publisher { Publisher(folder: RunFolder(place.url)) }

  init() throws { place = try TemporaryFolder() }

  @Test func `is named by what was read back of it`() throws {
    let bytes = Array("outlines".utf8)
    try Data(bytes).write(to: place.url.appending(path: "staged"))
    let file = try publisher.stage("staged", as: "a.#.png", holding: bytes)

    let hash = ContentHash(of: bytes.span)
    #expect(file.path == "a.\(hash.short).png" && file.bytes == bytes.count)
    #expect(file.fileHash == hash.description && file.contentHash == hash.description)
  }

  @Test(arguments: ["outlinex", "outline", "outlines and more", ""])
  func `that holds other bytes than were written is not published`(found: String) throws {
    try Data(found.utf8).write(to: place.url.appending(path: "staged"))
    let path = place.url.standardizedFileURL.appending(path: "staged").path
    let error = #expect(throws: RunError.wroteWrongly(path: path)) {
      try publisher.stage("staged", as: "a.#.png", holding: Array("outlines".utf8))
    }
    #expect(error.map(Failures.isAboutOutput) == true, "the run stops, and no shard is to blame")
  }
}
