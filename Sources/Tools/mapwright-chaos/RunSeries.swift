import Foundation
import Grids

/// Runs of one job, one after the other: each is disturbed until it is over, then compared with one
/// that nobody disturbed, and deleted.
struct RunSeries {
  let job: Job
  /// What did not hold in the runs that are over.
  private(set) var faults: [String] = []
  /// How many runs were begun.
  private(set) var count = 1
  private let wanted: String
  private let alsoCheck: (RunLedger) throws -> [String]

  /// Draws a job of a dozen shards, and maps it undisturbed.
  ///
  /// - Parameter alsoCheck: What else is wrong with a run that is over.
  init(
    _ name: String, in arena: Arena, _ pipeline: PipelineText = PipelineText(),
    alsoCheck: @escaping (RunLedger) throws -> [String] = { _ in [] }
  ) throws {
    job = try arena.job(name, size: PixelSize(width: 1800, height: 1500), pipeline)
    wanted = try job.undisturbed()
    self.alsoCheck = alsoCheck
  }

  /// The name of the run that is under way.
  var run: String { "run-\(count)" }

  /// Starts or resumes the run, and waits until it has committed something and `isSo`; nil when it was
  /// over before that.
  mutating func start(
    _ more: [String], until isSo: (Running) -> Bool = { _ in true }
  ) throws -> Running? {
    let commits = RunLedger.commits(job, run)
    let running = try job.start(run, more)
    if running.wait(until: { isSo(running) && RunLedger.commits(job, run) > commits }) {
      return running
    }
    try finish(running)
    return nil
  }

  /// Waits for the end of a run, compares it, and goes on to the next.
  mutating func finish(_ running: Running) throws {
    let ended = try running.end()
    faults += RunLedger.faults(of: run, job, ended, expecting: wanted)
    if ended.code == 0 { faults += try alsoCheck(RunLedger(job, run)).map { "\(run): \($0)" } }
    job.delete(run)
    count += 1
  }

  /// Leads the run to its end undisturbed.
  mutating func finish(_ more: [String] = []) throws { try finish(job.start(run, more)) }
}
