import Foundation
import Glibc
import Grids
import TestSupport
import Testing

@Suite struct `A finished run` {
  let job: DrawnJob

  init() throws {
    job = try DrawnJob(size: PixelSize(width: 700, height: 600))
    let ended = try Command.run(job.arguments(out: "run"))
    guard ended.code == 0 else { throw DrawnJob.Unexpected(ended: ended) }
  }

  private func run(_ verb: String, _ more: String...) throws -> Command.Ended {
    try Command.run([verb, job.folder.path("run")] + more)
  }

  @Test func `has scenes that still give the pixels that were mapped`() throws {
    let sound = try run("verify", "--reread")
    #expect(sound.code == 0, "\(sound.errors)")
    #expect(sound.output.contains("shards' scenes give the pixels that were mapped"))
  }

  @Test func `has rotten bits found in its scenes, which no reader notices`() throws {
    // A byte near the end of the scene, deep inside its last blocks.
    let url = job.folder.url.appending(path: "scene.tif")
    let sound = try Data(contentsOf: url)
    var isFound = false
    for place in stride(from: sound.count / 2, to: sound.count, by: 997) where !isFound {
      var rotten = sound
      rotten[place] ^= 0x04
      try rotten.write(to: url)
      let ended = try run("verify", "--reread")
      if ended.code == 0 { continue }
      isFound = true
      #expect(ended.code == 66)
      #expect(ended.errors.contains("give other pixels than were mapped"))
      #expect(ended.errors.contains("scene.tif'"))
    }
    #expect(isFound)
    #expect(try run("verify").code == 0, "the run's own files are as they were")
  }

  @Test func `has what nothing names removed, and nothing else`() throws {
    let before = try job.outputs(of: "run")
    let orphans = [
      "3-inference/shard_r9c9.0123456789abcdef.tif", "2-queueing/staging/0-0.1.2.tif",
      "2-queueing/fragments/shard_r9c9.0123456789abcdef.footprints",
    ]
    // What a person or another program keeps there is theirs.
    let foreign = [
      "3-inference/notes.txt", "2-queueing/fragments/x.footprints", "4-mosaicking/job_class.qml",
      "4-mosaicking/job_class.tif.aux.xml", "4-mosaicking/edited.tif", "5-footprints/streets.gpkg",
      "5-footprints/job_footprints.gpkg-shm",
    ]
    for file in foreign {
      try Data("y".utf8).write(to: job.folder.url.appending(path: "run/\(file)"))
    }
    for orphan in orphans {
      try Data("x".utf8).write(to: job.folder.url.appending(path: "run/\(orphan)"))
    }
    let trial = try run("gc", "--dry-run")
    #expect(trial.output.contains("3 files, 3 bytes, would be removed"), "\(trial.output)")
    let ended = try run("gc")

    #expect(ended.code == 0 && ended.output.contains("3 files, 3 bytes, were removed"))
    for orphan in orphans { #expect(ended.output.contains("  \(orphan)\n")) }
    for file in foreign {
      let path = job.folder.path("run/\(file)")
      #expect(FileManager.default.fileExists(atPath: path), "\(file)")
      try FileManager.default.removeItem(atPath: path)
    }
    #expect(try run("gc").output.contains("nothing to remove"))
    #expect(try job.outputs(of: "run") == before)
    #expect(try run("verify").code == 0)
  }

  @Test func `may keep its queue in another folder, which is found ever after`() throws {
    let state = job.folder.path("state")
    let words = job.arguments(out: "b", "--state", state)
    #expect(try Command.run(words).code == 0)
    #expect(FileManager.default.fileExists(atPath: state + "/queue.sqlite"))
    #expect(!FileManager.default.fileExists(atPath: job.folder.path("b/2-queueing/queue.sqlite")))
    #expect(try Command.run(["status", job.folder.path("b")]).output.contains("finished"))
    #expect(try Command.run(job.arguments(out: "b")).output.contains("nothing to do"))
    #expect(try job.outputs(of: "run") == job.outputs(of: "b"))

    let other = try Command.run(job.arguments(out: "c", "--state", state))
    #expect(other.code == 78 && other.errors.contains("belongs to the run in"), "\(other.errors)")
    try FileManager.default.removeItem(atPath: state)
    let elsewhere = try Command.run(job.arguments(out: "b"))
    #expect(elsewhere.code == 78 && elsewhere.errors.contains("is not on this machine"))
  }

  @Test(.enabled(if: Shim.isAvailable, "needs a C compiler"))
  func `is not begun with its queue on a network file system`() throws {
    let shim = try Shim.nfs(below: job.folder.path("n"), in: job.folder.url)
    let environment = ["LD_PRELOAD": shim]
    let refused = try Command.run(job.arguments(out: "n"), environment: environment)

    #expect(refused.code == 74, "\(refused.errors)")
    #expect(
      refused.errors.contains("SQLite loses data on network file systems, and this one is NFS"))
    let words = job.arguments(out: "n", "--state", job.folder.path("local"))
    #expect(try Command.run(words, environment: environment).code == 0)
    #expect(try job.outputs(of: "run") == job.outputs(of: "n"))
  }
}

/// A library that makes the system say what a test needs.
private enum Shim {
  static let compiler = "/usr/bin/cc"
  static var isAvailable: Bool { FileManager.default.isExecutableFile(atPath: compiler) }

  /// Makes `statfs` call everything below a folder NFS.
  static func nfs(below folder: String, in place: URL) throws -> String {
    let source = place.appending(path: "nfs.c")
    let text = """
      #define _GNU_SOURCE
      #include <dlfcn.h>
      #include <stdlib.h>
      #include <string.h>
      #include <sys/vfs.h>
      int statfs(const char *path, struct statfs *state) {
        int (*real)(const char *, struct statfs *) = dlsym(RTLD_NEXT, "statfs");
        char *place = realpath(path, NULL);
        int result = real(path, state);
        if (result == 0 && place && strncmp(place, "\(folder)/", \(folder.utf8.count + 1)) == 0)
          state->f_type = 0x6969;
        free(place);
        return result;
      }
      """
    try Data(text.utf8).write(to: source)
    let library = place.appending(path: "nfs.so").path
    let ended = try Command.Running(
      compiler, ["-shared", "-fPIC", "-o", library, source.path, "-ldl"], [:]
    ).wait()
    guard ended.code == 0 else { throw DrawnJob.Unexpected(ended: ended) }
    return library
  }
}
