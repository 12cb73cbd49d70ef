import Foundation

/// What one task of a job is given: processors, memory, time and disk.
struct SliceNeeds: Hashable, Sendable {
  /// Processors.
  var cores: Int
  /// Worker processes: each has a processor for every thread.
  var workers: Int
  /// Memory, in bytes.
  var memory: Int
  /// The time after which it is stopped, in s.
  var seconds: Int
  /// Disk for what is in work, in bytes.
  var disk: Int

  /// So many times what was reckoned: machines differ, and so do shards.
  static let margin = 3.0
  /// Time of any task besides, in s: a container is fetched, a slow share answers.
  static let beginning = 600.0

  /// The memory in MiB, as schedulers count it.
  var mebibytes: Int { (memory + 1_048_575) / 1_048_576 }

  /// The time as Slurm writes it, in whole minutes.
  var slurmTime: String {
    let minutes = (seconds + 59) / 60
    return String(format: "%d-%02d:%02d:00", minutes / 1440, minutes / 60 % 24, minutes % 60)
  }

  /// Reckons what a task needs that takes so many processor seconds.
  static func time(cpuSeconds: Double, cores: Int) -> Int {
    Int((cpuSeconds / Double(cores) * margin + beginning).rounded(.up))
  }
}

extension SliceNeeds {
  /// What a slice is given, as the plan reckons or the user says.
  ///
  /// - Throws: ``SubmissionError/timeUnknown``.
  init(ofSlicesOf job: Job, _ request: SubmissionRequest) throws(SubmissionError) {
    let workers = max(1, request.cores / max(1, job.needs.threads))
    // A worker does whole shards: the last of a slice may be alone.
    let shards = (job.shardCount + job.slices - 1) / max(1, job.slices)
    let rounds = (shards + workers - 1) / workers
    let each = job.needs.shardSeconds.map { $0 / Double(max(1, job.shardCount)) }
    let reckoned = each.map { each in
      Self.time(cpuSeconds: each * Double(rounds), cores: max(1, job.needs.threads))
    }
    guard let seconds = request.seconds ?? reckoned else { throw .timeUnknown }
    self.init(
      cores: request.cores, workers: workers,
      memory: request.memory ?? Self.memory(job.needs, workers), seconds: seconds,
      disk: job.needs.sliceDisk + (workers - 1) * job.needs.workerDisk)
  }

  /// What `finalize` is given.
  ///
  /// - Throws: ``SubmissionError/timeUnknown``.
  init(ofFinishing job: Job, _ request: SubmissionRequest) throws(SubmissionError) {
    let workers = max(1, request.cores / max(1, job.needs.threads))
    let reckoned = job.needs.finishingSeconds.map {
      Self.time(cpuSeconds: $0, cores: request.cores)
    }
    guard let seconds = reckoned ?? request.seconds else { throw .timeUnknown }
    self.init(
      cores: request.cores, workers: workers,
      memory: request.memory ?? Self.memory(job.needs, workers), seconds: seconds,
      disk: job.needs.runDisk)
  }

  /// Memory of all processes, and a tenth for what the system counts besides.
  private static func memory(_ needs: Job.Needs, _ workers: Int) -> Int {
    (needs.commandMemory + workers * needs.workerMemory) / 10 * 11
  }
}
