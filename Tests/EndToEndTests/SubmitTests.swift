import Foundation
import TestSupport
import Testing

/// A job in a folder, and commands that play Slurm's: they write down what they are asked.
private struct PlayedCluster {
  let folder: TemporaryFolder

  var job: String { folder.path("the job") }
  var environment: [String: String] { ["PATH": folder.url.path + ":/usr/bin:/bin"] }

  init(slices: Int = 10) throws {
    folder = try TemporaryFolder()
    let needs = """
      {"commandMemory": 200000000, "finishingSeconds": 600, "pixels": 1, "runDisk": 1, "shardSeconds": 4000,
       "sliceDisk": 1, "squareKilometers": 1, "threads": 1, "workerDisk": 1, "workerMemory": 400000000}
      """
    let text = """
      {"files": [], "format": 1, "name": "town", "needs": \(needs), "numeric": {}, "program": "0.1.0",
       "reachesOut": false, "shards": {"infer": 40}, "slices": \(slices)}
      """
    try FileManager.default.createDirectory(atPath: job, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: job + "/job.json"))
  }

  /// Puts a command beside the job.
  func play(_ name: String, _ script: String) throws {
    let file = folder.url.appending(path: name)
    let heading = "#!/bin/bash\necho \"\(name) $*\" >> '\(folder.path("asked"))'\n"
    try Data((heading + script + "\n").utf8).write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
  }

  /// Slurm that takes all, and gives numbers from 101 on.
  func playSlurm(arraySize: Int) throws {
    try play("scontrol", "echo 'MaxArraySize            = \(arraySize)'")
    let count = "grep -c ^sbatch '\(folder.path("asked"))'"
    try play(
      "sbatch", "test -s \"${!#}\" || test -s \"${@: -2:1}\" || exit 9\necho $((100 + $(\(count))))"
    )
  }

  /// What was asked of the commands, the folder of the scripts left out.
  var asked: [String] {
    let text = (try? String(contentsOfFile: folder.path("asked"), encoding: .utf8)) ?? ""
    return text.replacing(#/ /[^ ]*/mapwright-submit-[^ /]*//#, with: " ")
      .split(separator: "\n").map(String.init)
  }

  func submit(_ words: String...) throws -> Command.Ended {
    try Command.run(["submit", "slurm", "--job", job] + words, environment: environment)
  }
}

@Suite struct `Submitting a job to Slurm` {
  @Test func `submits all slices, then what joins them, and notes the numbers in the job`() throws {
    let cluster = try PlayedCluster()
    try cluster.playSlurm(arraySize: 4)

    let ended = try cluster.submit("--concurrency", "6", "--partition", "cpu")

    #expect(ended.code == 0, "\(ended.errors)")
    #expect(
      cluster.asked == [
        "scontrol show config", "sbatch --parsable slice.sbatch",
        "sbatch --parsable --array=0-3%2 slice.sbatch 4",
        "sbatch --parsable --array=0-1%2 slice.sbatch 8",
        "sbatch --parsable --dependency=afterany:101:102:103 finalize.sbatch",
      ])
    #expect(
      ended.output == """
        10 slices are 3 arrays: 3 is the highest number of a task here (MaxArraySize)
        slices     101 102 103
        finalize   104
        nothing waits here: `mapwright status --job` shows how far it is, `scancel 101 102 103 104` \
        takes it back

        """)
    let note = try String(
      contentsOfFile: cluster.job + "/submissions/slurm_104.json", encoding: .utf8)
    #expect(note.contains("\"102\"") && note.contains("\"finalize\" : \"104\""))
  }

  @Test func `submits only what is left, in one array where that is one`() throws {
    let cluster = try PlayedCluster()
    try cluster.playSlurm(arraySize: 1001)

    let ended = try cluster.submit("--array", "0-3,7", "--out", cluster.folder.path("scripts"))

    #expect(ended.code == 0, "\(ended.errors)")
    let script = try String(
      contentsOfFile: cluster.folder.path("scripts/slice.sbatch"), encoding: .utf8)
    #expect(script.contains("#SBATCH --array=0-3,7\n"))
    #expect(cluster.asked.count == 3)
  }

  @Test func `finds out by itself what is missing, however long the list`() throws {
    let cluster = try PlayedCluster()
    try cluster.playSlurm(arraySize: 1001)
    // Of forty shards in ten slices, all but those of slices 3, 4 and 8.
    let commits = cluster.job + "/commits/infer"
    try FileManager.default.createDirectory(atPath: commits, withIntermediateDirectories: true)
    func commit(_ shards: [Int]) throws {
      for shard in shards {
        try Data("{}".utf8).write(to: URL(fileURLWithPath: "\(commits)/\(shard).json"))
      }
    }
    try commit((0..<40).filter { ![3, 14, 38].contains($0) })

    let dry = try cluster.submit("--missing", "--dry-run")
    try commit([3, 14, 38])
    let none = try cluster.submit("--missing")

    #expect(dry.code == 0 && dry.output.contains("#SBATCH --array=3-4,8\n"))
    #expect(none.code == 64)
    #expect(
      none.errors == """
        mapwright: cannot submit what is missing of the job in '\(cluster.job)'
          every shard is committed
          make the map with `mapwright finalize --job`

        """)
  }

  @Test func `says so where there is no Slurm, and writes the scripts all the same`() throws {
    let cluster = try PlayedCluster()

    let refused = try Command.run(
      ["submit", "slurm", "--job", cluster.job], environment: ["PATH": cluster.folder.url.path])
    let written = try cluster.submit("--dry-run", "--out", cluster.folder.path("scripts"))

    #expect(refused.code == 69)
    #expect(
      refused.errors == """
        mapwright: cannot find Slurm here
          `sbatch` cannot be started: no folder of PATH holds it
          do it where jobs are submitted, or write the files with `--dry-run --out FOLDER` and take them there

        """)
    #expect(written.code == 0, "\(written.errors)")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: cluster.folder.path("scripts")).sorted()
        == ["finalize.sbatch", "slice.sbatch", "submit.sh"])
    #expect(FileManager.default.isExecutableFile(atPath: cluster.folder.path("scripts/submit.sh")))
    #expect(!FileManager.default.fileExists(atPath: cluster.job + "/submissions"))
  }

  @Test func `submits nothing more when Slurm does not take something, in Slurm's words`() throws {
    let cluster = try PlayedCluster()
    try cluster.playSlurm(arraySize: 1001)
    try cluster.play(
      "sbatch", "echo 'sbatch: error: invalid partition specified: gpu' >&2; exit 1")

    let ended = try cluster.submit("--partition", "gpu")

    #expect(ended.code == 69)
    #expect(ended.errors.contains("\n  sbatch: error: invalid partition specified: gpu\n"))
    #expect(cluster.asked.count == 2)
  }

  @Test func `does by its script alone what the command does`() throws {
    let cluster = try PlayedCluster()
    try cluster.playSlurm(arraySize: 4)
    _ = try cluster.submit("--dry-run", "--out", cluster.folder.path("scripts"))

    let process = Process()
    process.executableURL = URL(fileURLWithPath: cluster.folder.path("scripts/submit.sh"))
    process.environment = cluster.environment
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let words = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()

    #expect(process.terminationStatus == 0)
    #expect(words == "slices 101 102 103\nfinalize 104\n")
    #expect(
      cluster.asked.last
        == "sbatch --parsable --dependency=afterany:101:102:103 finalize.sbatch")
  }

  @Test func `is followed by status, in Slurm's own words for its tasks`() throws {
    let cluster = try PlayedCluster()
    try cluster.playSlurm(arraySize: 1001)
    let before = try Command.run(
      ["status", "--job", cluster.job], environment: cluster.environment)
    _ = try cluster.submit()
    try cluster.play("squeue", "printf '101_%s|RUNNING\\n' 1 2; echo '102|PENDING'")
    try cluster.play("sacct", "echo '101_0|COMPLETED'; echo '101_3|FAILED'")

    let ended = try Command.run(["status", "--job", cluster.job], environment: cluster.environment)

    #expect(before.code == 0 && !before.output.contains("slurm"))
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(
      ended.output.contains(
        "  slurm      2 running, 1 completed, 1 failed; finalize (102) pending\n"))
    #expect(
      cluster.asked.contains {
        $0.hasPrefix("squeue --noheader --array --jobs=101,102 --format=%i|%T")
      })
  }

  @Test func `prints the files of other schedulers, as text or as JSON`() throws {
    let cluster = try PlayedCluster()
    func submit(_ words: String...) throws -> Command.Ended {
      try Command.run(["submit"] + words + ["--job", cluster.job, "--image", "mapwright"])
    }

    let text = try submit("kubernetes", "--mount", "jobs:\(cluster.folder.url.path)")
    let json = try submit("aws-batch", "--mount", cluster.folder.url.path, "--json")
    let unseen = try submit("aws-batch")

    #expect(text.code == 0 && text.output.contains("# ---- slices.yaml\n"))
    #expect(text.output.hasPrefix("finalize is not among the files, since containers end"))
    #expect(json.code == 0 && json.output.contains("\"name\" : \"slices-definition.json\""))
    #expect(unseen.code == 64 && unseen.errors.contains("from a container\n"))
  }
}
