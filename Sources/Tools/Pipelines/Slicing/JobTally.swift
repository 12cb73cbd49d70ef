/// How far a job is: which shards have a commit record, and which were set aside.
///
/// By the names of records and notes alone, so that a country is looked at in a few requests.
struct JobTally {
  /// How many slices and shards there are.
  let job: Job
  /// Shards that are done.
  let committed: Set<Int>
  /// Shards that somebody has set aside and nobody has done since.
  let setAside: Set<Int>

  /// Looks at a job.
  init(of job: Job, in store: any JobStore) throws {
    let committed = try Self.committed(of: .infer, in: store)
    let noted = try store.names(under: JobNames.failures(of: .infer)).compactMap(JobNames.index)
    self.init(job, committed: committed, noted: Set(noted))
  }

  /// Judges what is known.
  ///
  /// - Parameters:
  ///   - committed: The numbers of commit records.
  ///   - noted: The numbers of shards on which there are notes.
  init(_ job: Job, committed: Set<Int>, noted: Set<Int>) {
    self.job = job
    self.committed = committed.filter { (0..<job.shardCount).contains($0) }
    setAside = noted.filter { (0..<job.shardCount).contains($0) && !committed.contains($0) }
  }

  /// The shards that are not done, in order.
  var missing: [Int] { (0..<job.shardCount).filter { !committed.contains($0) } }

  /// The slices, of the job's own number, that have one of these shards.
  func slices(of shards: some Sequence<Int>) -> SliceList {
    SliceList(shards.map { $0 % job.slices })
  }

  /// The numbers of a stage's commit records.
  static func committed(of stage: WorkStage, in store: any JobStore) throws -> Set<Int> {
    Set(try store.names(under: JobNames.commits(of: stage)).compactMap(JobNames.index))
  }
}
