/// How the command ends, for scripts and schedulers.
///
/// The numbers above 63 are those of `sysexits.h` where it has one.
public enum ExitStatus: Int32, Sendable, Codable {
  /// Everything is done.
  case done = 0
  /// Done, but some shards were set aside.
  case setAside = 3
  /// The same shard gave other bytes than before.
  case notDeterministic = 6
  /// The command line is wrong.
  case usage = 64
  /// The model or the pipeline file is wrong.
  case badPipeline = 65
  /// An input is missing, unreadable or truncated, or the region lies outside.
  case badInput = 66
  /// The engine or device is not available.
  case unavailable = 69
  /// A bug of ours.
  case bug = 70
  /// The disk is full or cannot be written, or the system lacks something; the same command goes on.
  case cannotWrite = 74
  /// Stopped by a signal; the same command goes on.
  case stopped = 75
  /// The folder holds a run of something else.
  case refused = 78
}
