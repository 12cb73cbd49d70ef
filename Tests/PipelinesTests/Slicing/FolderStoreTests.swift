import Checksums
import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import Pipelines

@Suite struct `A job in a folder` {
  private let place: TemporaryFolder
  private let store: FolderStore

  init() throws {
    place = try TemporaryFolder()
    store = try FolderStore(place.path("job"), making: true)
  }

  private func source(_ text: String) throws -> (file: URL, hash: String) {
    let file = place.url.appending(path: "source-\(UUID().uuidString)")
    try Data(text.utf8).write(to: file)
    return (file, ContentHash(of: Array(text.utf8).span).description)
  }

  private func unfinished() throws -> [String] {
    try FileManager.default.contentsOfDirectory(
      atPath: place.path("job/\(FolderStore.incoming)"))
  }

  @Test func `creates what is read again, and lists it`() throws {
    #expect(try store.create("commits/infer/3.json", holding: Data("three".utf8)))
    #expect(try store.create("commits/infer/12.json", holding: Data("twelve".utf8)))
    #expect(try store.create("job.json", holding: Data("job".utf8)))
    let part = try source("pixels")
    #expect(try store.create("parts/a.tif", copying: part.file, hash: part.hash))

    #expect(try store.read("commits/infer/3.json") == Data("three".utf8))
    #expect(try store.read("commits/infer/4.json") == nil)
    #expect(
      try store.names(under: "commits/infer/") == ["commits/infer/12.json", "commits/infer/3.json"])
    #expect(try store.names(under: "commits/infer/1") == ["commits/infer/12.json"])
    #expect(try store.names(under: "failures/") == [])
    #expect(
      try store.names(under: "")
        == ["commits/infer/12.json", "commits/infer/3.json", "job.json", "parts/a.tif"])
    #expect(try unfinished() == [])
  }

  @Test func `keeps what was first, and says so to all others`() throws {
    #expect(try store.create("a", holding: Data("first".utf8)))
    #expect(try !store.create("a", holding: Data("second".utf8)))
    let part = try source("third")
    #expect(try !store.create("a", copying: part.file, hash: part.hash))

    #expect(try store.read("a") == Data("first".utf8))
    #expect(try unfinished() == [])
  }

  @Test func `has one winner for each name, however many create at once`() throws {
    let (threads, names) = (8, 40)
    let wins = Mutex<[String: [Int]]>([:])
    let store = store
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      for number in 0..<names {
        let name = "commits/infer/\((number * 7 + thread) % names).json"
        if (try? store.create(name, holding: Data("\(thread)".utf8))) == true {
          wins.withLock { $0[name, default: []].append(thread) }
        }
      }
    }

    let winners = wins.withLock { $0 }
    #expect(winners.count == names)
    for (name, won) in winners {
      #expect(won.count == 1, "\(name) was won by \(won)")
      #expect(try store.read(name) == Data("\(won[0])".utf8))
    }
    #expect(try unfinished() == [])
  }

  @Test func `does not show what a killed command has left unfinished`() throws {
    _ = try store.create("parts/a.tif", holding: Data("whole".utf8))
    let left = place.path("job/\(FolderStore.incoming)/killed")
    try Data("half".utf8).write(to: URL(fileURLWithPath: left))

    #expect(try store.names(under: "") == ["parts/a.tif"])
    try store.sweep()
    #expect(try unfinished() == ["killed"], "another machine may be writing it")
    var times = [timeval(tv_sec: 1, tv_usec: 0), timeval(tv_sec: 1, tv_usec: 0)]
    #expect(utimes(left, &times) == 0)
    try store.sweep()
    #expect(try unfinished() == [])
    #expect(try store.read("parts/a.tif") == Data("whole".utf8))
  }

  @Test func `does not take a file that is not what it is said to be`() throws {
    let part = try source("pixels")
    #expect(throws: RunError.wroteWrongly(path: part.file.path)) {
      try store.create(
        "parts/a.tif", copying: part.file, hash: String(repeating: "0", count: 64))
    }
    #expect(try store.names(under: "") == [])
    #expect(try unfinished() == [])
  }

  @Test func `brings files without copying them`() throws {
    let part = try source("pixels")
    _ = try store.create("parts/a.tif", copying: part.file, hash: part.hash)
    let target = place.url.appending(path: "here.tif")
    try Data("old".utf8).write(to: target)
    try store.bring("parts/a.tif", to: target, hash: part.hash)

    #expect(try Data(contentsOf: target) == Data("pixels".utf8))
    var (own, theirs) = (stat(), stat())
    #expect(stat(target.path, &own) == 0 && stat(place.path("job/parts/a.tif"), &theirs) == 0)
    #expect(own.st_ino == theirs.st_ino)
    // What is put in its place is not put into the job.
    unlink(target.path)
    #expect(try store.read("parts/a.tif") == Data("pixels".utf8))

    let place = store.place
    #expect(
      throws: JobError.damaged(place: place, name: "parts/b.tif", reason: "the file is absent")
    ) { try store.bring("parts/b.tif", to: target, hash: part.hash) }
  }

  @Test func `deletes in order, and what is not there is deleted already`() throws {
    _ = try store.create("a/b", holding: Data())
    try store.delete(["a/b", "a/c", "d/e"])
    #expect(try store.names(under: "") == [])
    #expect(try store.create("a/b", holding: Data("again".utf8)))
  }

  @Test func `must be there, and be a folder`() throws {
    let (absent, file) = (place.path("absent"), place.path("file"))
    #expect(
      throws: JobError.notAJob(place: absent, reason: "No such file or directory")
    ) { try FolderStore(absent) }
    try Data().write(to: URL(fileURLWithPath: file))
    #expect(throws: JobError.notAJob(place: file, reason: "it is no folder")) {
      try FolderStore(file)
    }
    #expect(
      throws: JobError.cannotWrite(place: "\(file)/job", name: "", reason: "Not a directory")
    ) { try FolderStore("\(file)/job", making: true) }
  }

  @Test(.enabled(if: getuid() != 0, "root may write everywhere"))
  func `says what the system said where it may not be written`() throws {
    chmod(place.path("job"), 0o500)
    defer { chmod(place.path("job"), 0o700) }
    let error = JobError.cannotWrite(
      place: store.place, name: FolderStore.incoming, reason: "Permission denied")
    #expect(throws: error) { try store.create("a", holding: Data()) }
  }
}
