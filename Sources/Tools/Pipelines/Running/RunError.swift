import Foundation

/// What can keep a run from beginning, going on or ending well.
public enum RunError: Error, Hashable, Sendable {
  /// A folder or file of the run cannot be made or written.
  case cannotWrite(path: String, reason: String)
  /// The disk that holds the run is full.
  case outOfSpace(path: String, reason: String)
  /// A file of the run is absent or cannot be read.
  case cannotRead(path: String, reason: String)
  /// Another process is working on this run.
  case alreadyRunning(folder: String)
  /// Workers of an earlier run still live.
  case workersStillLive(folder: String)
  /// The folder holds a run of something else.
  case differentRun(folder: String, differences: [String])
  /// The folder holds files, but no run that `--fresh` could delete.
  case notDeletable(folder: String)
  /// Outlines would be written among the files of a run.
  case insideRun(folder: String, run: String)
  /// The folder holds no run.
  case notARun(folder: String)
  /// A worker process cannot be started.
  case cannotStartWorker(reason: String)
  /// Workers end before they are ready.
  case workersDie(log: String, reason: String)
  /// The same shard gave other bytes than before.
  case notDeterministic(shard: String, kept: String)
  /// A file that the manifest names is absent or altered.
  case damaged(path: String, reason: String)
}

extension RunError: CustomStringConvertible {
  /// What could not be done, the cause, and what to do next.
  public var description: String {
    switch self {
    case .cannotWrite(let path, let reason):
      """
      cannot write '\(path)'
        \(reason)
        check that the folder exists and is yours to write, or choose another with `--out`
      """
    case .outOfSpace(let path, let reason):
      """
      no space is left to write '\(path)'
        \(reason)
        free some space and run the same command again; finished shards are kept
      """
    case .cannotRead(let path, let reason):
      """
      cannot read '\(path)'
        \(reason)
        if it was lost, begin anew with `--fresh`
      """
    case .alreadyRunning(let folder):
      """
      cannot work on the run in '\(folder)'
        another mapwright process is working on it
        `mapwright status \(folder)` shows how far it is
      """
    case .workersStillLive(let folder):
      """
      cannot resume the run in '\(folder)'
        workers of an earlier command are still alive
        wait for them to end, or end them, then run the same command again
      """
    case .differentRun(let folder, let differences):
      """
      cannot resume the run in '\(folder)': it was made from something else
        \(differences.joined(separator: "\n  "))
        choose another folder with `--out`, or begin anew there with `--fresh`
      """
    case .notDeletable(let folder):
      """
      cannot begin anew in '\(folder)'
        it holds files but no run, and `--fresh` deletes runs only
        choose another folder with `--out`, or leave `--fresh` out
      """
    case .insideRun(let folder, let run):
      """
      cannot write outlines to '\(folder)'
        it belongs to the run in '\(run)', whose files must stay as they were committed
        choose a folder outside of any run with `--out`
      """
    case .notARun(let folder):
      """
      cannot find a run in '\(folder)'
        it holds no run.json
        give the folder that `mapwright map` printed, such as runs/buildings
      """
    case .cannotStartWorker(let reason):
      """
      cannot start a worker process
        \(reason)
        check the limits on processes and open files (`ulimit -a`)
      """
    case .workersDie(let log, let reason):
      """
      workers end before they are ready
        \(reason)
        their last words are in \(log)
      """
    case .notDeterministic(let shard, let kept):
      """
      \(shard) gave other bytes than before
        both files are kept: \(kept)
        this is a bug or faulty memory: please report it with both files
      """
    case .damaged(let path, let reason):
      """
      '\(path)' is not what was committed
        \(reason)
        begin anew with `--fresh`, or restore the file from a copy
      """
    }
  }

  /// What the system says of an error, in its own words.
  static func words(of error: any Error) -> String {
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    if let underlying, underlying.domain == NSPOSIXErrorDomain {
      return String(cString: strerror(Int32(underlying.code)))
    }
    if error is DecodingError { return "it is damaged: it does not hold what was written" }
    let said = error as NSError
    return said.domain == NSCocoaErrorDomain
      ? said.localizedDescription : String(describing: error)
  }
}
