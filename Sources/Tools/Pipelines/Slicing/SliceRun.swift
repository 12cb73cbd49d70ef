import CPlatform
import Foundation

/// Does a slice of a job: the shards that it has and that nobody has committed yet.
///
/// A run like any other, in a scratch folder on this machine's disk; but its queue holds the slice's
/// shards alone, and what it commits goes on into the job.
public struct SliceRun {
  private let request: SliceRequest

  /// Prepares what was asked for; nothing happens yet.
  public init(_ request: SliceRequest) { self.request = request }

  /// Does it, to the end or until it is stopped.
  ///
  /// - Throws: ``JobError``, and the errors of all modules.
  public func execute() throws -> SliceResult {
    mw_exit_on_signals(
      ExitStatus.stopped.rawValue,
      "stopped before anything was mapped\nrun the same command again to go on\n")
    let store = try JobPlace(request.job).store()
    let job = try Job.read(in: store)
    let slice = try request.slice(of: job, environment: ProcessInfo.processInfo.environment)
    try OutsideLibraries.start(reachesOut: job.reachesOut)
    let task = SliceTask(
      job: job, stage: .infer, slice: slice, store: store,
      options: SliceTask.Options(
        scratch: request.scratch, workers: request.workers, grace: request.grace,
        isQuiet: request.isQuiet, isTerminal: request.isTerminal))
    let committed = try JobTally.committed(of: .infer, in: store)
    return try task.execute(JobTally(job, committed: committed, noted: []))
  }
}
