/// What a user or a scheduler asks of a slice.
public struct SliceRequest: Sendable {
  /// Where the job lies, as typed.
  public var job: String
  /// The slice; nil asks the scheduler's variables.
  public var index: Int?
  /// Of how many; nil takes the job's.
  public var count: Int?
  /// The folder for scratch files; nil takes the system's for temporary files.
  public var scratch: String?
  /// Worker processes; nil takes as many as the allocation has room for.
  public var workers: Int?
  /// How long a worker may finish what it does when the slice is stopped; nil leaves it to the pipeline.
  public var grace: Duration?
  /// Whether to show no progress.
  public var isQuiet = false
  /// Whether standard error is a terminal.
  public var isTerminal = false

  /// Asks for a slice of a job.
  public init(job: String) { self.job = job }

  /// The variables in which schedulers tell a task its number: Slurm, Kubernetes, AWS Batch.
  static let variables = [
    "SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX", "AWS_BATCH_JOB_ARRAY_INDEX",
  ]

  /// Which slice to do.
  ///
  /// - Throws: ``JobError/noIndex``, ``JobError/noSlice(index:count:)``.
  func slice(of job: Job, environment: [String: String]) throws(JobError) -> CommitRecord.Slice {
    let told = Self.variables.lazy.compactMap { environment[$0].flatMap { Int($0) } }.first
    guard let index = index ?? told else { throw .noIndex }
    return try CommitRecord.Slice(index, of: count ?? job.slices)
  }
}

extension CommitRecord.Slice {
  /// Names a slice that there is.
  ///
  /// - Throws: ``JobError/noSlice(index:count:)``.
  init(_ index: Int, of count: Int) throws(JobError) {
    guard (0..<count).contains(index) else { throw .noSlice(index: index, count: count) }
    self.init(index: index, count: count)
  }
}
