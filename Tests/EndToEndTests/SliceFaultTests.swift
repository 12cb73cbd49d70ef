import Foundation
import Glibc
import TestSupport
import Testing

@Suite(.serialized) struct `A job whose shards or disks fail` {
  @Test func `says what was set aside, and maps with gaps when it is told to`() throws {
    // What is drawn of a damaged scene follows from what was read of it before.
    let job = try FrozenJob(more: "mosaic: {preview: false}")
    let scene = job.drawn.folder.url.appending(path: "scene.tif")
    let sound = try Data(contentsOf: scene)
    var state = stat()
    #expect(stat(scene.path, &state) == 0)
    var bytes = sound
    let start = bytes.count / 2
    for index in start..<start + 300_000 { bytes[index] = 0xFF }
    try replace(scene, by: bytes, state.st_mtim)
    // The frozen plan is of the sound scene: damaged is what the disk gives since.
    let codes = try (0..<4).map { try job.slice($0).code }
    #expect(Set(codes).isSubset(of: [0, 3]) && codes.contains(3), "\(codes)")
    let notes = job.names(in: "failures/infer")
    #expect(!notes.isEmpty)

    let status = try Command.run(["status", "--job", job.place])
    #expect(status.code == 0 && status.output.contains("set aside: 3-inference shard "))
    let short = try job.finalize(out: "map")
    #expect(short.code == 3 && short.output.contains("map with the gaps"), "\(short.output)")
    let gaps = try job.finalize(out: "map", "--with-gaps")
    #expect(gaps.code == 3, "\(gaps.errors)")
    #expect(
      try Status(of: job.drawn, "map").setAside == Set(notes.map { $0.prefix { $0 != "_" } }).count)
    #expect(try Command.run(job.drawn.arguments(out: "alone")).code == 3)
    #expect(try job.drawn.outputs(of: "map") == job.drawn.outputs(of: "alone"))

    try replace(scene, by: sound, state.st_mtim)
    let mended = (0..<4).filter { codes[$0] == 3 }
    try job.doSlices(mended)
    let closed = try job.finalize(out: "map")
    #expect(closed.code == 78 && closed.errors.contains("make it anew with `--fresh`"))
  }

  /// Gives a scene other bytes, and the time that it had: what a disk does that fails.
  private func replace(_ scene: URL, by bytes: Data, _ time: timespec) throws {
    try bytes.write(to: scene)
    var times = [time, time]
    #expect(utimensat(AT_FDCWD, scene.path, &times, 0) == 0)
  }

  @Test func `does not map with gaps what was only not done yet`() throws {
    let job = try FrozenJob()
    try job.doSlices([0])
    let ended = try job.finalize(out: "map", "--with-gaps")
    #expect(ended.code == 75)
    #expect(ended.errors.contains("0 were set aside, and the others were not done yet"))
  }

  @Test(.enabled(if: Namespace.isAvailable, "needs the right to mount"))
  func `goes on where a disk was full, and where it could not be written`() throws {
    let job = try FrozenJob()
    let alone = try job.alone()
    let (disk, scratch) = (job.drawn.folder.path("disk"), job.drawn.folder.path("scratch"))
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    let tool = Command.path
    let slice = "TMPDIR=\(scratch) \(tool) run-slice --quiet --job \(disk)/job --index"
    let script = """
      mount -t tmpfs -o size=100m tmpfs \(disk) || exit 99
      \(tool) plan \(job.drawn.folder.path("pipeline.yaml")) --slices 4 --job \(disk)/job >/dev/null || exit 98
      mount -o remount,size=$(($(du -sk \(disk) | cut -f1) + 16))k \(disk) || exit 97
      for i in 0 1 2 3; do \(slice) $i >/dev/null; echo full $?; done
      find \(disk)/job/.incoming -type f | wc -l
      mount -o remount,size=100m,ro \(disk)
      \(slice) 0 >/dev/null; echo read-only $?
      mount -o remount,rw \(disk)
      for i in 0 1 2 3; do \(slice) $i >/dev/null; echo mended $?; done
      \(tool) finalize --quiet --job \(disk)/job --out \(job.drawn.folder.path("map"))
      """
    let ended = try Namespace.run(script)
    let lines = ended.output.split(separator: "\n").map(String.init)
    #expect(lines.contains("full 74"), "\(ended.output) \(ended.errors)")
    #expect(lines.contains("0"), "nothing unfinished is left")
    #expect(lines.contains("read-only 74"), "\(ended.output)")
    #expect(lines.filter { $0 == "mended 0" }.count == 4, "\(ended.output) \(ended.errors)")
    #expect(ended.errors.contains("No space left on device"))
    #expect(ended.errors.contains("Read-only file system"))
    #expect(try job.drawn.outputs(of: "map") == alone)
  }

  private static let strace = "/usr/bin/strace"

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: strace), "needs strace"))
  func `shows nothing of what was killed before it had its name`() throws {
    let job = try FrozenJob()
    // What the parts will be called is known from having made them once.
    try job.doSlices([0])
    let parts = job.names(in: "parts").map { "\(job.place)/parts/\($0)" }
    for file in parts + job.commits.map({ "\(job.place)/commits/infer/\($0)" }) { unlink(file) }
    let words =
      ["-f", "-qq", "-o", "/dev/null", "-e", "trace=link,linkat"] + parts.flatMap { ["-P", $0] } + [
        "-e", "inject=link,linkat:signal=SIGKILL:when=1", Command.path, "run-slice", "--quiet",
        "--job", job.place, "--index", "0", "--scratch", job.drawn.folder.path("scratch"),
      ]
    let ended = try Command.Running(Self.strace, words, [:]).wait()
    #expect(ended.code == -SIGKILL || ended.code == 128 + SIGKILL, "\(ended.code) \(ended.errors)")
    #expect(job.commits == [] && job.names(in: "parts") == [])
    #expect(job.names(in: ".incoming").count == 1, "the part lies there, whole and nameless")
    try job.doSlices(0..<4)
    #expect(try job.finalize(out: "map").code == 0)
    #expect(try job.drawn.outputs(of: "map") == job.alone())
  }
}
