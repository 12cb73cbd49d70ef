import Foundation
import TestSupport
import Testing

@testable import Pipelines

/// The schemas of Kubernetes and AWS Batch, as PyPI has them.
private let hasSchemas = Judge.has("kubernetes_validate", "botocore", "yaml")

@Suite struct `Files for containers` {
  private func judge(_ place: String, _ change: (String) -> String = { $0 }) throws -> (
    text: String, code: Int32
  ) {
    let folder = try TemporaryFolder()
    for scheduler in [Scheduler.kubernetes, .awsBatch] {
      var request = SubmissionRequest(scheduler, job: place)
      (request.image, request.queue) = ("registry.example:5000/mapwright:0.1.0", "spot")
      (request.secret, request.serviceAccount) = ("object-store", "mapwright")
      (request.namespace, request.jobRole) = ("geo", "arn:aws:iam::123456789012:role/mapwright")
      request.mounts = [scheduler == .kubernetes ? "jobs:/shared" : "/shared"]
      request.map = "/shared/map"
      request.environment = ["NOTE=$(HOME) \"and\" more"]
      let target = folder.url.appending(path: scheduler.rawValue)
      try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
      for (name, text) in try submissionFiles(request) {
        try Data(change(text).utf8).write(to: target.appending(path: name))
      }
    }
    let script = try String(
      contentsOf: Repository.root.appending(path: "Tests/Judges/schedulers.py"), encoding: .utf8)
    let words = ["mapwright", "run-slice", "--job", try JobPlace(place).words, "--of", "400"]
    return try Judge.run(script, [folder.url.path] + words)
  }

  @Test(
    .enabled(if: hasSchemas, "kubernetes-validate is not in .build/judges: make judges"),
    arguments: ["s3://maps/jobs/haiti", awkwardPlace])
  func `fit their schemas, and run the words that were meant`(place: String) throws {
    let judged = try judge(place)

    #expect(judged.code == 0, "\(judged.text)")
    #expect(judged.text.hasPrefix("fits Kubernetes 1."))
  }

  @Test(.enabled(if: hasSchemas, "kubernetes-validate is not in .build/judges: make judges"))
  func `do not fit when a key is misspelt`() throws {
    let judged = try judge("s3://maps/jobs/haiti") {
      $0.replacing("backoffLimitPerIndex", with: "backofLimitPerIndex")
        .replacing("evaluateOnExit", with: "evaluateOnExt")
    }

    #expect(judged.code == 1)
    #expect(judged.text.contains("backofLimitPerIndex") && judged.text.contains("evaluateOnExt"))
  }
}

@Suite struct `Scripts for Slurm` {
  private static let shellcheck = "/usr/bin/shellcheck"

  /// The scripts in a folder, and beside them commands that play Slurm's and ours.
  private func scripts(_ folder: TemporaryFolder, place: String) throws {
    var request = SubmissionRequest(.slurm, job: place)
    (request.program, request.map) = (folder.path("our mapwright"), "/maps/of '26")
    for (name, text) in try submissionFiles(request) {
      try Data(text.utf8).write(to: folder.url.appending(path: name))
    }
    for (name, text) in [
      ("our mapwright", "printf '%s\\n' \"$@\" > \"$SAID\"; eval \"$PLAY\""),
      ("squeue", "echo \"$STATE\""), ("scontrol", "echo \"$@\" >> \"$ASKED\""),
    ] {
      let file = folder.url.appending(path: name)
      try Data("#!/bin/bash\n\(text)\n".utf8).write(to: file)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
    }
  }

  /// Runs a script as Slurm does, and sends it SIGTERM after a while, so often.
  private func run(
    _ script: String, in folder: TemporaryFolder, arguments: [String] = [], play: String,
    state: String = "RUNNING", restarts: Int = 0, signals: Int = 0
  ) throws -> (code: Int32, said: [String], asked: String) {
    let process = Process()
    // The threads of a test block signals, and what they start inherits that; what Slurm starts does not.
    process.executableURL = URL(fileURLWithPath: "/usr/bin/perl")
    process.arguments =
      [
        "-MPOSIX", "-e", "sigprocmask(SIG_SETMASK, POSIX::SigSet->new); exec @ARGV", "/bin/bash",
        folder.path(script),
      ] + arguments
    process.environment = [
      "PATH": "\(folder.url.path):/usr/bin:/bin", "SAID": folder.path("said"),
      "ASKED": folder.path("asked"), "PLAY": play, "STATE": state, "SLURM_ARRAY_TASK_ID": "7",
      "SLURM_ARRAY_JOB_ID": "41", "SLURM_JOB_ID": "48", "SLURM_RESTART_COUNT": "\(restarts)",
    ]
    try process.run()
    for _ in 0..<signals {
      // The signal is to find the program at work, with its own trap set.
      for _ in 0..<200 where !FileManager.default.fileExists(atPath: folder.path("ready")) {
        Thread.sleep(forTimeInterval: 0.05)
      }
      process.terminate()
      Thread.sleep(forTimeInterval: 0.3)
    }
    process.waitUntilExit()
    let said = (try? String(contentsOfFile: folder.path("said"), encoding: .utf8)) ?? ""
    let asked = (try? String(contentsOfFile: folder.path("asked"), encoding: .utf8)) ?? ""
    return (process.terminationStatus, said.split(separator: "\n").map(String.init), asked)
  }

  @Test func `give every word as it was meant, whatever is in the path`() throws {
    let folder = try TemporaryFolder()
    try scripts(folder, place: awkwardPlace)

    let slice = try run("slice.sbatch", in: folder, arguments: ["2002"], play: "exit 3")
    let last = try run("finalize.sbatch", in: folder, play: "exit 75")

    #expect(
      slice.said == [
        "run-slice", "--job", awkwardPlace, "--index", "2009", "--of", "400", "--workers", "4",
      ])
    #expect(slice.code == 3 && slice.asked == "")
    #expect(
      last.said == [
        "finalize", "--job", awkwardPlace, "--out", "/maps/of '26", "--workers", "4",
      ])
    #expect(last.code == 75 && last.asked == "")
  }

  /// Ends with 75 at SIGTERM, as ours does, but not at once.
  private static let drains = """
    trap 'sleep 0.2; exit 75' TERM; touch "${SAID%said}ready"; for _ in {1..400}; do sleep 0.05; done; exit 9
    """

  @Test func `pass SIGTERM on, wait for the slice, and queue it again`() throws {
    let folder = try TemporaryFolder()
    try scripts(folder, place: "/shared/job")

    let ended = try run("slice.sbatch", in: folder, play: Self.drains, signals: 1)

    #expect(ended.code == 75)
    #expect(ended.asked == "requeue 41_7\n")
  }

  @Test func `do not queue again what is being cancelled, or was stopped again and again`() throws {
    let folder = try TemporaryFolder()
    try scripts(folder, place: "/shared/job")

    let cancelled = try run(
      "slice.sbatch", in: folder, play: Self.drains, state: "COMPLETING", signals: 1)
    let often = try run("slice.sbatch", in: folder, play: "exit 75", restarts: 50)

    #expect(cancelled.code == 75 && often.code == 75 && often.asked == "")
  }

  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: shellcheck),
      "shellcheck is not there: make judges"))
  func `are found good by shellcheck`() throws {
    let folder = try TemporaryFolder()
    var names: [String] = []
    for (scheduler, request) in SubmissionFilesTests.requests {
      for (name, text) in try submissionFiles(request, of: reckonedJob(slices: 2500, shards: 5000))
      where text.hasPrefix("#!") {
        names.append("\(scheduler)-\(name)")
        try Data(text.utf8).write(to: folder.url.appending(path: "\(scheduler)-\(name)"))
      }
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.shellcheck)
    process.arguments = names.map(folder.path)
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let words = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()

    #expect(names.count == 5)
    #expect(process.terminationStatus == 0, "\(words)")
  }
}

@Suite struct `What Slurm says of a job` {
  private let submission = SlurmSubmission(arrays: ["41", "52"], finalize: "63")

  @Test func `is counted by state, and its queue knows better than its accounts`() {
    let queue = SlurmQueue(
      submission, squeue: "41_8|RUNNING\n52_0|PENDING\n52_1|PENDING\n63|PENDING\n",
      sacct: "41_7|COMPLETED\n41_8|PENDING\n41_9|CANCELLED by 1000\n99_1|FAILED\n63|PENDING\n")

    #expect(
      queue.slices == ["COMPLETED": 1, "RUNNING": 1, "CANCELLED": 1, "PENDING": 2])
    #expect(
      queue.words
        == "slurm      2 pending, 1 cancelled, 1 completed, 1 running; finalize (63) pending")
  }

  @Test func `is little where it keeps no accounts and all has ended`() {
    let queue = SlurmQueue(submission, squeue: "", sacct: "")

    #expect(queue.words == "slurm      no task is known any more")
  }

  @Test func `is asked of the latest submission that the job knows`() throws {
    let folder = try TemporaryFolder()
    let store = try FolderStore(folder.path("job"), making: true)
    #expect(try SlurmQueue(of: store) == nil)

    try SlurmSubmission(arrays: ["9"], finalize: "10").note(in: store)
    try submission.note(in: store)

    #expect(
      try SlurmSubmission.all(in: store) == [.init(arrays: ["9"], finalize: "10"), submission])
  }
}
