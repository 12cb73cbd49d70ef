import Checksums
import Footprints
import Foundation
import GeoFiles
import Glibc
import Tensors
import TestSupport
import Testing
import Tiling

@testable import Pipelines

@Suite struct `What the system lacks` {
  /// Errors of every module that can hold the system's words, with a cause.
  private static func errors(_ cause: String) -> [any Error] {
    [
      GeoFileError.cannotOpen(path: "a.tif", reason: "GDAL says: a.tif: \(cause)"),
      GeoFileError.unknownCRS(definition: "EPSG:1", reason: "SQLite says: open(p) - \(cause)"),
      TilingError.notARaster(path: "a", cause: .cannotOpen(path: "a", reason: cause)),
      TilingError.cannotList(path: "a", reason: cause),
      ChecksumError.cannotRead(path: "a", reason: cause),
      FootprintError.cannotReadFragment(path: "a", reason: cause),
      InputError.cannotRead(path: "a.onnx", reason: cause),
      SpecificationError.cannotRead(path: "a.yaml", reason: "it cannot be opened: \(cause)"),
      RunError.cannotRead(path: "run.json", reason: cause),
      RunError.cannotStartWorker(reason: cause),
    ]
  }

  @Test(arguments: [EMFILE, ENFILE, ENOMEM, EIO, ENOSPC, EDQUOT, ESTALE])
  func `ends the command with 74, whichever library it came through`(code: Int32) {
    for error in Self.errors(String(cString: strerror(code))) {
      #expect(Failures.exitStatus(of: error) == .cannotWrite, "\(error)")
    }
  }

  @Test func `is told from what is wrong with a file`() {
    for error in Self.errors(String(cString: strerror(ENOENT))) {
      #expect(SystemFault(behind: error) == nil, "\(error)")
    }
    // The words may stand in a path.
    let named = RunError.cannotRead(path: "Too many open files", reason: "no such file")
    #expect(Failures.exitStatus(of: named) == .badInput)
  }

  @Test func `is advised about, in place of the file`() {
    let model = InputError.cannotRead(path: "a.onnx", reason: "Too many open files")
    #expect(
      Failures.words(of: model) == """
        cannot read 'a.onnx'
          Too many open files
          raise the limit on open files (`ulimit -n`) or run fewer workers, then run the same command again
        """)
    let record = RunError.cannotRead(path: "run.json", reason: "Input/output error")
    #expect(
      Failures.words(of: record) == """
        cannot read 'run.json'
          Input/output error
          see that the disk is sound and mounted, then run the same command again
        """)
    let lost = RunError.cannotRead(path: "run.json", reason: "no such file")
    #expect(Failures.words(of: lost) == "\(lost)")
  }

  @Test func `stops a run that it meets again and again, and no other`() {
    var misfortune = Misfortune()
    for _ in 0..<3 {
      let stops = (1..<Misfortune.refusalLimit).map { _ in misfortune.systemRefused() }
      #expect(!stops.contains(true))
      misfortune.shardDone()
    }
    let stops = (0..<Misfortune.refusalLimit).map { _ in misfortune.systemRefused() }
    #expect(stops.firstIndex(of: true) == Misfortune.refusalLimit - 1)
  }

  @Test func `is nobody's fault, and a full disk stops the run`() throws {
    let refused = GeoFileError.cannotOpen(path: "a", reason: "GDAL says: Too many open files")
    let full = GeoFileError.cannotWrite(what: "b", path: "a", reason: "No space left on device")
    #expect(WorkFailure(ofSystem: refused)?.kind == .system)
    #expect(WorkFailure(ofSystem: full)?.kind == .run)
    #expect(WorkFailure(ofSystem: GeoFileError.cannotOpen(path: "a", reason: "no")) == nil)
    #expect(WorkFailure(ofEveryShard: refused).status == .cannotWrite)
  }

  @Test func `is found behind the sentences of Foundation`() throws {
    let error = NSError(
      domain: NSCocoaErrorDomain, code: 256,
      userInfo: [NSUnderlyingErrorKey: POSIXError(.EMFILE)])
    #expect(RunError.words(of: error) == "Too many open files")
  }

  @Test func `is asked for where a library does not tell`() throws {
    let folder = try TemporaryFolder()
    try Data("x".utf8).write(to: folder.url.appending(path: "a"))
    #expect(SystemFault.refusal(toRead: folder.path("a")) == nil)
    #expect(SystemFault.refusal(toRead: folder.path("absent")) == nil)
  }
}
