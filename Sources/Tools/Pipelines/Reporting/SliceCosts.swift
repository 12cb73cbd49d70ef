import Foundation

/// What one attempt at a slice took, noted in the job when it ends of its own.
///
/// An attempt that is killed notes nothing; what is known of it stands in the commit records of the shards
/// that it finished.
struct SliceCosts: Hashable, Sendable, Codable {
  /// The folder of these notes in a job.
  static let folder = "costs/"

  /// The stage's word: `infer`.
  var stage: String
  /// Which slice.
  var slice: CommitRecord.Slice
  /// The shards that it committed.
  var shards: [Int]
  /// The processors that it held.
  var cores: Int
  /// How long it held them, in s.
  var seconds: Double
  /// Time of its workers and of the command on processors, in s.
  var cpuSeconds: Double
  /// Bytes that its workers read of files, scenes above all; nil where the kernel does not count.
  var bytesRead: Int?
  /// Bytes of the parts that it made.
  var bytesWritten: Int
  /// Bytes that it sent to the job.
  var bytesSent: Int
  /// Bytes that it brought from the job.
  var bytesBrought: Int
  /// What the processors of its machine took meanwhile, in J; nil where that cannot be measured.
  var joules: Double?

  /// Adds up an attempt.
  ///
  /// - Parameters:
  ///   - records: The commit records that it created.
  ///   - run: What its coordinator has counted.
  ///   - commandSeconds: Time of the command itself on processors, in s.
  init(
    of slice: CommitRecord.Slice, _ stage: WorkStage, committing records: [CommitRecord],
    cores: Int, run: RunCosts, commandSeconds: Double, bytesSent: Int, bytesBrought: Int
  ) {
    (self.slice, self.stage) = (slice, stage.word)
    shards = records.map(\.shard).sorted()
    self.cores = cores
    (seconds, joules) = (run.seconds, run.joules)
    // Shards that another had committed meanwhile took their time, too.
    cpuSeconds = commandSeconds + run.stages.values.reduce(0) { $0 + $1.cpuSeconds }
    let known = run.stages.values.compactMap(\.bytesRead)
    bytesRead = known.count == run.stages.count ? known.reduce(0, +) : nil
    bytesWritten = records.reduce(0) { $0 + $1.costs.bytesWritten }
    (self.bytesSent, self.bytesBrought) = (bytesSent, bytesBrought)
  }

  /// Notes it in the job, under a name that no other attempt has.
  func note(in store: any JobStore) throws {
    let name = "\(Self.folder)\(stage)/\(slice.index)_\(UUID().uuidString.lowercased()).json"
    _ = try store.create(name, holding: try Job.encode(self))
  }

  /// What all attempts of a job have noted.
  static func all(in store: any JobStore) throws -> [SliceCosts] {
    try store.names(under: folder).compactMap { name in
      try store.read(name).map { try Job.decode($0, name, in: store) }
    }
  }
}
