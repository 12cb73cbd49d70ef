import Foundation
import TestSupport
import Testing

@testable import Pipelines

@Suite struct `A folder of results` {
  let place: TemporaryFolder

  init() throws { place = try TemporaryFolder() }

  private func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: place.path(folder)).sorted()
  }

  @Test func `holds what was named, and nothing that was only made`() throws {
    let results = try ResultFolder(place.path("out"))
    let sum = try results.fill {
      for name in ["a.txt", "b.txt"] { try Data(name.utf8).write(toFile: results.staged(name)) }
      return (["b.txt"], 3)
    }

    #expect(sum == 3)
    #expect(try names(in: "out") == ["b.txt"])
  }

  @Test func `holds what it held before when making fails`() throws {
    let results = try ResultFolder(place.path("out"))
    try results.fill {
      try Data("first".utf8).write(toFile: results.staged("a.txt"))
      return (["a.txt"], ())
    }
    #expect(throws: RunError.self) {
      try results.fill { () throws -> (names: [String], result: Void) in
        try Data("second".utf8).write(toFile: results.staged("a.txt"))
        throw RunError.cannotWrite(path: "b.txt", reason: "No space left on device")
      }
    }

    #expect(try String(contentsOfFile: place.path("out/a.txt"), encoding: .utf8) == "first")
    #expect(try names(in: "out") == ["a.txt"])
  }

  @Test func `is refused inside a run`() throws {
    let run = RunFolder(place.url.appending(path: "run"))
    try run.make()
    try Data().write(to: run.queue)

    #expect(throws: RunError.insideRun(folder: place.path("run/x/y"), run: place.path("run"))) {
      _ = try ResultFolder(place.path("run/x/y"))
    }
  }
}
