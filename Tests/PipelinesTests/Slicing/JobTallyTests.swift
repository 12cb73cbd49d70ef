import Foundation
import ShardStores
import Testing

@testable import Pipelines

@Suite struct `How far a job is` {
  private let job = drawnJob(slices: 4, shards: 10)

  @Test func `follows from commit records and notes`() {
    let tally = JobTally(job, committed: [0, 1, 2, 3, 4, 6], noted: [1, 5])
    #expect(tally.missing == [5, 7, 8, 9])
    #expect(tally.setAside == [5], "what was done since is not set aside")
    #expect(tally.slices(of: tally.missing).words == "0-1,3")
  }

  @Test func `does not count what the plan does not know`() {
    let tally = JobTally(job, committed: Set(0..<12), noted: [11, 40])
    #expect(tally.missing == [] && tally.setAside == [] && tally.committed.count == 10)
  }

  @Test func `has all shards in slices once, for any number of slices`() {
    for count in [1, 3, 4, 10, 17] {
      let shards = (0..<count).flatMap { Array(job.shards(ofSlice: $0, of: count)) }
      #expect(shards.sorted() == Array(0..<10))
    }
    #expect(Array(job.shards(ofSlice: 1, of: 4)) == [1, 5, 9])
    #expect(Array(job.shards(ofSlice: 12, of: 17)) == [])
  }

  @Test(arguments: [
    ([], ""), ([7], "7"), ([0, 1, 2, 3, 7, 9, 10, 11], "0-3,7,9-11"), ([5, 4, 4], "4-5"),
  ])
  func `is told as an array of tasks`(slices: [Int], words: String) {
    #expect(SliceList(slices).words == words)
  }

  @Test func `is in names that tell shards`() {
    #expect(JobNames.commit(of: .infer, 12) == "commits/infer/12.json")
    #expect(
      JobNames.failure(of: .infer, 12, after: 3, mark: "a0")
        == "failures/infer/12_000003-a0.json")
    #expect(JobNames.index(in: "commits/infer/12.json") == 12)
    #expect(JobNames.index(in: "failures/infer/12_a0.json") == 12)
    #expect(JobNames.index(in: "commits/infer/notes.txt") == nil)
    let path = "3-inference/shard_r-1c2.0123456789abcdef.tif"
    let hash = "0123456789abcdef" + String(repeating: "0", count: 48)
    let part = JobNames.file(ofRunPath: path, hash: hash)
    #expect(part == "parts/shard_r-1c2.0123456789abcdef.tif")
    #expect(JobNames.runPath(ofPart: part) == path)
    #expect(
      JobNames.file(ofRunPath: "4-mosaicking/a.b_class_r0c1.tif", hash: hash)
        == "parts/a.b_class_r0c1.0123456789abcdef.tif")
  }
}

@Suite struct `The slice of a task` {
  private let job = drawnJob(slices: 4, shards: 10)

  @Test(arguments: [
    "SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX", "AWS_BATCH_JOB_ARRAY_INDEX",
  ])
  func `is told by its scheduler`(variable: String) throws {
    let slice = try SliceRequest(job: "a").slice(of: job, environment: [variable: "3"])
    #expect(slice == CommitRecord.Slice(index: 3, count: 4))
  }

  @Test func `is told by the command line before all else`() throws {
    var request = SliceRequest(job: "a")
    (request.index, request.count) = (9, 12)
    let slice = try request.slice(of: job, environment: ["SLURM_ARRAY_TASK_ID": "3"])
    #expect(slice == CommitRecord.Slice(index: 9, count: 12))
  }

  @Test func `is refused when nobody tells it, or there is none`() {
    var request = SliceRequest(job: "a")
    #expect(throws: JobError.noIndex) { try request.slice(of: job, environment: [:]) }
    #expect(throws: JobError.noIndex) {
      try request.slice(of: job, environment: ["SLURM_ARRAY_TASK_ID": "all"])
    }
    request.index = 4
    #expect(throws: JobError.noSlice(index: 4, count: 4)) {
      try request.slice(of: job, environment: [:])
    }
    request.index = -1
    #expect(throws: JobError.noSlice(index: -1, count: 4)) {
      try request.slice(of: job, environment: [:])
    }
  }
}

/// A job of nothing, for what follows from its numbers.
func drawnJob(slices: Int, shards: Int) -> Job {
  Job(
    format: Job.format, program: "1", name: "job", slices: slices, shards: ["infer": shards],
    reachesOut: false, files: [], numeric: [:],
    needs: Job.Needs(
      workerMemory: 1, commandMemory: 1, threads: 1, shardSeconds: nil, finishingSeconds: nil,
      sliceDisk: 1, workerDisk: 1, runDisk: 1, pixels: 1, squareKilometers: 1))
}
