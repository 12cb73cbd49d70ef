/// What can keep a job from being frozen, done in slices, or finalised.
public enum JobError: Error, Hashable, Sendable {
  /// The words behind `--job` name no place that is known.
  case unknownPlace(words: String, reason: String)
  /// The place holds no job.
  case notAJob(place: String, reason: String)
  /// The job was frozen by another version of the program.
  case otherFormat(place: String, found: Int, known: Int)
  /// The place holds a job of something else.
  case differentJob(place: String, differences: [String])
  /// Scenes are asked for with signatures, which a job does not keep.
  case signed(place: String)
  /// A file of the job is absent or not what was frozen.
  case damaged(place: String, name: String, reason: String)
  /// Something of the job cannot be read.
  case cannotRead(place: String, name: String, reason: String)
  /// Something cannot be put into the job.
  case cannotWrite(place: String, name: String, reason: String)
  /// The folder's file system cannot create a file only where there is none.
  case noLinks(folder: String, reason: String)
  /// Nobody says which slice to do.
  case noIndex
  /// There is no such slice.
  case noSlice(index: Int, count: Int)
  /// This machine computes other bits than the plan says.
  case otherNumbers(differences: [String])
  /// The disk for scratch files is too small.
  case scratchTooSmall(folder: String, needed: Int, free: Int)
  /// The folder for scratch files is not on this machine.
  case scratchElsewhere(folder: String, kind: String)
  /// A shard gave other bytes than another machine has committed.
  case differs(shard: String, kept: [String], reason: String)
  /// The folder holds the run of something else than the job.
  case differentRun(folder: String, place: String)
  /// Shards that the map in the folder shows as gaps were committed since.
  case gapsClosed(folder: String, count: Int)
  /// Shards are missing that nobody has set aside, so that they are no gaps.
  case notOnlyGaps(place: String, missing: Int, setAside: Int)
}

extension JobError: CustomStringConvertible {
  /// What could not be done, the cause, and what to do next.
  public var description: String {
    switch self {
    case .unknownPlace(let words, let reason):
      """
      cannot tell which place '\(words)' is
        \(reason)
        name a folder that all machines see, or s3://bucket/job, with `--job`
      """
    case .notAJob(let place, let reason):
      """
      cannot find a job in '\(place)'
        \(reason)
        freeze one with `mapwright plan PIPELINE --slices N --job PLACE`
      """
    case .otherFormat(let place, let found, let known):
      """
      cannot work on the job in '\(place)'
        it has format \(found), this program knows format \(known)
        go on with the program that froze it, or freeze the plan anew in another place
      """
    case .differentJob(let place, let differences):
      """
      cannot freeze the plan in '\(place)': it holds a job of something else
        \(differences.joined(separator: "; "))
        choose another place with `--job`
      """
    case .signed(let place):
      """
      cannot freeze the plan in '\(place)'
        addresses of scenes are signed, and what signs them is written nowhere, so not into a job
        name them without a query, and give every machine the credentials in its environment
      """
    case .damaged(let place, let name, let reason):
      """
      cannot trust '\(name)' of the job in '\(place)'
        \(reason)
        restore it from a copy, or freeze the plan anew in another place
      """
    case .cannotRead(let place, let name, let reason):
      """
      cannot read '\(name)' of the job in '\(place)'
        \(reason)
        see that the place can be reached and is yours to read, and run the same command again
      """
    case .cannotWrite(let place, let name, let reason):
      """
      cannot write '\(name)' into the job in '\(place)'
        \(reason)
        see that the place is yours to write, and run the same command again; what was committed is kept
      """
    case .noLinks(let folder, let reason):
      """
      cannot keep a job in '\(folder)'
        its file system makes no hard links, by which one of many creates a file: \(reason)
        choose a folder on NFS, Lustre, GPFS or a local disk, or a bucket, with `--job`
      """
    case .noIndex:
      """
      cannot tell which slice to do
        `--index` is not given, and no scheduler has set SLURM_ARRAY_TASK_ID or its like
        give a number from 0 on: `mapwright run-slice --job PLACE --index 0`
      """
    case .noSlice(let index, let count):
      """
      cannot do slice \(index)
        there are \(count) slices, numbered from 0
        give a number below \(count) with `--index`, or another number of slices with `--of`
      """
    case .otherNumbers(let differences):
      """
      cannot do a slice of this job here: this machine computes other bits than its plan says
        \(differences.joined(separator: "; "))
        run the slices on machines like the one that froze the plan, or freeze it on one of these
      """
    case .scratchTooSmall(let folder, let needed, let free):
      """
      cannot do a slice in '\(folder)'
        it will need about \(needed / 1_000_000) MB there, of which \(free / 1_000_000) MB are free
        free some space, or choose a folder on a larger disk with `--scratch`
      """
    case .scratchElsewhere(let folder, let kind):
      """
      cannot do a slice in '\(folder)'
        its queue is a SQLite database, which loses data on network file systems, and this one is \(kind)
        choose a folder on a local disk with `--scratch`
      """
    case .differs(let shard, let kept, let reason):
      """
      \(shard) gave other bytes than another machine has committed
        \(reason); both are kept: \(kept.joined(separator: ", "))
        this is a bug, faulty memory, or scenes that differ: please report it with both files
      """
    case .differentRun(let folder, let place):
      """
      cannot finalise into '\(folder)'
        it holds a run of something else than the job in '\(place)'
        choose another folder with `--out`
      """
    case .gapsClosed(let folder, let count):
      """
      cannot go on with the map in '\(folder)'
        of its gaps \(count) were committed to the job since it was made
        make it anew with `--fresh`, or in another folder with `--out`
      """
    case .notOnlyGaps(let place, let missing, let setAside):
      """
      cannot map the job in '\(place)' with gaps
        of \(missing) missing shards \(setAside) were set aside, and the others were not done yet
        run the array that `mapwright finalize` prints first
      """
    }
  }

  /// How a command ends that fails for it.
  var exitStatus: ExitStatus {
    switch self {
    case .unknownPlace, .noIndex, .noSlice, .signed: .usage
    case .notAJob, .damaged, .cannotRead: .badInput
    case .otherFormat, .differentJob, .otherNumbers, .differentRun, .gapsClosed: .refused
    case .cannotWrite, .noLinks, .scratchTooSmall, .scratchElsewhere: .cannotWrite
    case .differs: .notDeterministic
    case .notOnlyGaps: .stopped
    }
  }
}
