/// What a user asks of the end of a job.
public struct FinalizationRequest: Sendable {
  /// Where the job lies, as typed.
  public var job: String
  /// The slice of mosaics and outlines to do; nil makes the whole map.
  public var index: Int?
  /// Of how many slices; nil takes the job's.
  public var count: Int?
  /// The folder for a slice's scratch files; nil takes the system's for temporary files.
  public var scratch: String?
  /// The folder of the run that is made; nil means `runs/<name>`.
  public var folder: String?
  /// Where the queue's database and locks are kept; nil means in the run's folder.
  public var stateFolder: String?
  /// Worker processes; nil takes as many as the allocation has room for.
  public var workers: Int?
  /// How long a worker may finish what it does when the command is stopped; nil leaves it to the pipeline.
  public var grace: Duration?
  /// Whether shards that were set aside become gaps of the map.
  public var allowsGaps = false
  /// Whether a run that lies in the folder is deleted.
  public var beginsAnew = false
  /// Whether the job's parts and commit records are deleted once the map is made of them.
  public var deletesParts = false
  /// What an hour of one core costs, in any money.
  public var pricePerCoreHour: Double?
  /// Whether to show no progress.
  public var isQuiet = false
  /// Whether standard error is a terminal.
  public var isTerminal = false

  /// Asks for the map of a job.
  public init(job: String) { self.job = job }
}
