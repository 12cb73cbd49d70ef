import Foundation
import TestSupport
import Testing

@testable import Pipelines

/// A job whose plan reckons with round numbers.
func reckonedJob(slices: Int = 400, shards: Int = 1600, shardSeconds: Double? = 1_600_000) -> Job {
  Job(
    format: Job.format, program: "0.1.0", name: "Haïti 2026", slices: slices,
    shards: ["infer": shards], reachesOut: false, files: [], numeric: [:],
    needs: Job.Needs(
      workerMemory: 400_000_000, commandMemory: 200_000_000, threads: 1,
      shardSeconds: shardSeconds, finishingSeconds: 36_000, sliceDisk: 900_000_000,
      workerDisk: 100_000_000, runDisk: 50_000_000_000, pixels: 4_000_000_000,
      squareKilometers: 1000))
}

/// The files of a submission, by name.
func submissionFiles(
  _ request: SubmissionRequest, of job: Job = reckonedJob(), arraySize: Int = 1001
) throws -> [String: String] {
  let submission = try Submission(
    request, of: job, in: try JobPlace(request.job), arraySize: arraySize)
  return Dictionary(uniqueKeysWithValues: submission.files.map { ($0.name, $0.text) })
}

/// A path that means something else to every language it is written in.
let awkwardPlace = #"/shared/it's "quoted" $(HOME) \ {{name}}/job"#

@Suite("The files of a submission") struct SubmissionFilesTests {
  /// Requests as they are written in the documentation.
  static let requests: [(folder: String, request: SubmissionRequest)] = {
    var slurm = SubmissionRequest(.slurm, job: "/shared/haiti")
    (slurm.partition, slurm.account, slurm.concurrency) = ("cpu", "geo", 100)
    (slurm.options, slurm.map) = (["--constraint=avx512"], "/shared/maps/haiti")
    slurm.program = "/shared/bin/mapwright"
    var kubernetes = SubmissionRequest(.kubernetes, job: "s3://maps/jobs/haiti")
    (kubernetes.image, kubernetes.namespace) = ("registry.example/mapwright:0.1.0", "geo")
    (kubernetes.secret, kubernetes.concurrency) = ("object-store", 50)
    (kubernetes.mounts, kubernetes.map) = (["maps:/maps"], "/maps/haiti")
    kubernetes.environment = ["AWS_REGION=eu-central-1"]
    var batch = SubmissionRequest(.awsBatch, job: "s3://maps/jobs/haiti")
    (batch.image, batch.queue) = ("registry.example/mapwright:0.1.0", "spot")
    batch.jobRole = "arn:aws:iam::123456789012:role/mapwright"
    (batch.mounts, batch.map) = (["/fsx"], "/fsx/maps/haiti")
    batch.environment = ["AWS_REGION=eu-central-1"]
    return [("slurm", slurm), ("kubernetes", kubernetes), ("aws-batch", batch)]
  }()

  /// The words of `MAPWRIGHT_RECORD=1` rewrite the goldens; the difference is then to be read.
  @Test(arguments: ["slurm", "kubernetes", "aws-batch"])
  func `are those that were looked at`(scheduler: String) throws {
    let request = try #require(Self.requests.first { $0.folder == scheduler }).request
    let folder = Repository.root.appending(path: "Tests/Goldens/Submitting/\(scheduler)")

    let made = try submissionFiles(request)

    if ProcessInfo.processInfo.environment["MAPWRIGHT_RECORD"] == "1" {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for (name, text) in made { try Data(text.utf8).write(to: folder.appending(path: name)) }
    }
    let kept = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(kept == made.keys.sorted())
    for (name, text) in made {
      let golden = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      #expect(golden == text, "\(scheduler)/\(name)")
    }
  }

  @Test func `leave out what nobody asked for`() throws {
    var request = SubmissionRequest(.slurm, job: "/shared/haiti")
    request.program = "mapwright"

    let slice = try #require(try submissionFiles(request)["slice.sbatch"])

    #expect(!slice.contains("--partition") && !slice.contains("--account"))
    #expect(slice.contains("#SBATCH --array=0-399\n") && !slice.contains("{{"))
  }

  @Test func `give a slice three times what its plan reckons, and the memory of all its processes`()
    throws
  {
    let job = reckonedJob()

    let four = try SliceNeeds(ofSlicesOf: job, SubmissionRequest(.slurm, job: "/a"))
    let joining = try SliceNeeds(ofFinishing: job, SubmissionRequest(.slurm, job: "/a"))

    // Four shards of 1000 s for four workers, and ten minutes.
    #expect(four.seconds == 3600 && four.slurmTime == "0-01:00:00")
    #expect(four.memory == 1_980_000_000 && four.mebibytes == 1889)
    #expect(four.disk == 1_200_000_000)
    #expect(joining.seconds == 27_600 && joining.disk == 50_000_000_000)
  }

  @Test func `give a slice the time of its last shard, which one worker does alone`() throws {
    var request = SubmissionRequest(.slurm, job: "/a")
    request.cores = 3

    let needs = try SliceNeeds(ofSlicesOf: reckonedJob(), request)

    #expect(needs.seconds == 2 * 3000 + 600)
    #expect(needs.slurmTime == "0-01:50:00")
  }

  @Test func `take what the user says in its place`() throws {
    var request = SubmissionRequest(.slurm, job: "/a")
    (request.seconds, request.memory) = (TimeLimit.seconds(of: "2d"), 8_000_000_000)

    let needs = try SliceNeeds(ofSlicesOf: reckonedJob(shardSeconds: nil), request)

    #expect(needs.slurmTime == "2-00:00:00" && needs.mebibytes == 7630)
  }

  @Test(arguments: ["4", "h", "-4h", "4 h", "400d", "4w", ""])
  func `take no time without a unit, or of more than a year`(text: String) {
    #expect(TimeLimit.seconds(of: text) == nil)
  }
}

@Suite struct `Arrays of slices` {
  @Test func `are one where the cluster takes so many tasks`() {
    let arrays = SlurmFiles.arrays(of: SliceList(0..<1001), size: 1001, concurrency: nil)

    #expect(arrays == [.init(first: 0, tasks: "0-1000")])
  }

  @Test func `are several beyond that, each with its share of what may run at a time`() throws {
    var request = SubmissionRequest(.slurm, job: "/shared/haiti")
    request.concurrency = 100

    let made = try submissionFiles(request, of: reckonedJob(slices: 2500))

    let submit = try #require(made["submit.sh"])
    #expect(
      submit.contains(
        """
        slices_0=$(sbatch --parsable slice.sbatch)
        slices_1=$(sbatch --parsable --array=0-1000%33 slice.sbatch 1001)
        slices_2=$(sbatch --parsable --array=0-497%33 slice.sbatch 2002)
        finalize=$(sbatch --parsable --dependency="afterany:\
        ${slices_0%%;*}:${slices_1%%;*}:${slices_2%%;*}" finalize.sbatch)
        """))
    #expect(made["slice.sbatch"]?.contains("#SBATCH --array=0-1000%34\n") == true)
  }

  @Test func `hold only what is still to run`() {
    let list = SliceList([0, 1, 2, 3, 7, 1003, 5007])

    let arrays = SlurmFiles.arrays(of: list, size: 1001, concurrency: 2)

    #expect(
      arrays == [
        .init(first: 0, tasks: "0-3,7%1"), .init(first: 1001, tasks: "2%1"),
        .init(first: 5005, tasks: "2%1"),
      ])
  }
}

@Suite struct `A list of slices` {
  @Test(arguments: [[], [5], [0, 1, 2, 3, 7, 9, 10, 11], [2, 4, 6]])
  func `is read as it was written`(numbers: [Int]) {
    let text = SliceList(numbers.reversed()).words

    #expect(numbers.isEmpty ? text.isEmpty : SliceList(text, of: 12)?.indices == numbers)
  }

  @Test func `names stretches as Slurm does`() {
    #expect(SliceList([11, 0, 3, 1, 2, 7, 9, 10]).words == "0-3,7,9-11")
  }

  @Test(arguments: ["", "a", "3-1", "0-400", "-1", "0,,1", "0-3-5", "0 1", "1.5"])
  func `is none when it says something else, or names a slice that is not there`(text: String) {
    #expect(SliceList(text, of: 400) == nil)
  }
}

@Suite struct `A template` {
  @Test func `leaves out the lines for which there is no value, and fills in no value twice`() {
    let template = Template(text: "a {{one}}\nb {{two}} {{one}}\nc")

    #expect(template.filled(with: ["one": "{{two}}", "two": nil]) == "a {{two}}\nc")
  }
}

@Suite struct `Names for schedulers` {
  @Test(arguments: [
    ("Haïti 2026", "ha-ti-2026"), ("buildings", "buildings"), ("--", "job"), ("日本", "job"),
    (String(repeating: "a", count: 39) + "-b", String(repeating: "a", count: 39)),
  ])
  func `hold small letters, digits and dashes, none at an end`(name: String, made: String) {
    #expect(name.schedulerName == made)
  }
}
