import Foundation
import Glibc

/// A folder of a user's that files are put into whole: they are made in a folder of its own inside it,
/// and take their names when all of them are written.
struct ResultFolder {
  private let folder: URL
  private let staging: URL

  /// Names the folder.
  ///
  /// - Throws: ``RunError/insideRun(folder:run:)`` when it lies in a run, whose files are what its
  ///   manifest says.
  init(_ path: String) throws(RunError) {
    folder = URL(fileURLWithPath: path).standardizedFileURL
    staging = folder.appending(path: ".staging-\(ProcessInfo.processInfo.processIdentifier)")
    var place = folder
    while place.path != "/" {
      if FileManager.default.fileExists(atPath: RunFolder(place).queue.path) {
        throw .insideRun(folder: folder.path, run: place.path)
      }
      place.deleteLastPathComponent()
    }
  }

  /// Where a file is while it is made.
  func staged(_ name: String) -> String { staging.appending(path: name).path }

  /// Makes files, then gives those that are named their place; all others are gone afterwards.
  ///
  /// - Parameter make: Writes files at the paths that ``staged(_:)`` gives, and says which of them stay.
  func fill<Result>(_ make: () throws -> (names: [String], result: Result)) throws -> Result {
    try RunFolder.makeFolder(staging.path)
    defer { try? FileManager.default.removeItem(at: staging) }
    let (names, result) = try make()
    for name in names {
      let place = folder.appending(path: name).path
      guard rename(staged(name), place) == 0 else {
        throw RunError.cannotWrite(path: place, reason: String(cString: strerror(errno)))
      }
    }
    return result
  }

  /// Writes files of which all stay.
  ///
  /// - Throws: ``RunError/cannotWrite(path:reason:)``.
  func fill(with files: [(name: String, content: Data)]) throws {
    try fill {
      for file in files { try file.content.write(toFile: staged(file.name)) }
      return (files.map(\.name), ())
    }
  }
}

extension Data {
  /// Writes a small file whole.
  ///
  /// - Throws: ``RunError/cannotWrite(path:reason:)``.
  func write(toFile path: String) throws(RunError) {
    do { try write(to: URL(fileURLWithPath: path)) } catch {
      throw .cannotWrite(path: path, reason: RunError.words(of: error))
    }
  }
}
