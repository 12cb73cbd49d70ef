import Foundation

/// What can keep a run from beginning, going on or ending well.
public enum RunError: Error, Hashable, Sendable {
  /// A folder or file of the run cannot be made or written.
  case cannotWrite(path: String, reason: String)
  /// A file was written without complaint, and holds other bytes than it was given.
  case wroteWrongly(path: String)
  /// The disk that holds the run is full.
  case outOfSpace(path: String, reason: String)
  /// The disk that is to hold the run is too small for it.
  case needsSpace(path: String, needed: Int, free: Int)
  /// A file of the run is absent or cannot be read.
  case cannotRead(path: String, reason: String)
  /// Another process is working on this run.
  case alreadyRunning(folder: String)
  /// Workers of an earlier run still live.
  case workersStillLive(folder: String)
  /// The folder holds a run of something else.
  case differentRun(folder: String, differences: [String], acceptable: [String])
  /// The folder holds files, but no run that `--fresh` could delete.
  case notDeletable(folder: String)
  /// The folder holds files, but no run.
  case notEmpty(folder: String, found: String)
  /// Outlines would be written among the files of a run.
  case insideRun(folder: String, run: String)
  /// The folder holds no run.
  case notARun(folder: String)
  /// A run that is not finished has no report.
  case unfinished(folder: String)
  /// A worker process cannot be started.
  case cannotStartWorker(reason: String)
  /// Workers end before they are ready.
  case workersDie(log: String, reason: String)
  /// Workers end one after the other while they have shards that are not to blame.
  case workersFail(log: String, reason: String)
  /// Shard after shard fails, and none is done.
  case everythingFails(reason: String)
  /// The same shard gave other bytes than before.
  case notDeterministic(shard: String, kept: String)
  /// Files that the manifest names are absent or altered.
  case damaged(folder: String, problems: [String])
  /// Scenes give other pixels than they gave when they were mapped.
  case scenesDiffer(folder: String, problems: [String])
  /// The queue's database would lie on a network file system.
  case networkFileSystem(path: String, kind: String)
  /// The queue's database is kept in another folder than the one asked for.
  case stateElsewhere(folder: String, reason: String)
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
    case .wroteWrongly(let path):
      """
      cannot trust '\(path)'
        read back, its bytes differ from those that were written, though the system reported no error
        see that the disk has space and is sound, and run the same command again
      """
    case .outOfSpace(let path, let reason):
      """
      no space is left to write '\(path)'
        \(reason)
        free some space and run the same command again; finished shards are kept
      """
    case .needsSpace(let path, let needed, let free):
      """
      cannot begin in '\(path)'
        the run will need about \(needed / 1_000_000) MB, of which \(free / 1_000_000) MB are free
        free some space, or choose a folder on a larger disk with `--out`
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
    case .differentRun(let folder, let differences, let acceptable):
      """
      cannot resume the run in '\(folder)': it was made from something else
        \(differences.joined(separator: "\n  "))
        \(Self.ways(acceptable: acceptable))
      """
    case .notDeletable(let folder):
      """
      cannot begin anew in '\(folder)'
        it holds files but no run, and `--fresh` deletes runs only
        choose a new or an empty folder with `--out`
      """
    case .notEmpty(let folder, let found):
      """
      cannot begin a run in '\(folder)'
        it holds '\(found)', and no run.json that would make it a run
        choose a new or an empty folder with `--out`; what was a run begins anew with `--fresh`
      """
    case .insideRun(let folder, let run):
      """
      cannot write results to '\(folder)'
        it belongs to the run in '\(run)', whose files must stay as they were committed
        choose a folder outside of any run with `--out`
      """
    case .notARun(let folder):
      """
      cannot find a run in '\(folder)'
        it holds no run.json
        give the folder that `mapwright map` printed, such as runs/buildings
      """
    case .unfinished(let folder):
      """
      cannot report run '\(folder)'
        it is not finished
        run the same `mapwright map` again, or look at `mapwright status`
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
    case .workersFail(let log, let reason):
      """
      stopped: one worker after the other ends, and no shard is to blame
        \(reason)
        their last words are in \(log); mend it and run the same command again
      """
    case .everythingFails(let reason):
      """
      stopped: one shard after the other fails, so the fault is not theirs
        \(reason.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: "; "))
        mend it and run the same command again; no shard was set aside for it
      """
    case .notDeterministic(let shard, let kept):
      """
      \(shard) gave other bytes than before
        both files are kept: \(kept)
        this is a bug or faulty memory: please report it with both files
      """
    case .damaged(let folder, let problems):
      """
      the run in '\(folder)' is not what was committed
        \(problems.joined(separator: "\n  "))
        delete what is damaged and run the same `mapwright map` command: it is made again
      """
    case .scenesDiffer(let folder, let problems):
      """
      scenes of the run in '\(folder)' give other pixels than were mapped
        \(problems.joined(separator: "\n  "))
        restore them from a copy, or map them as they are with `--accept-changed scenes`
      """
    case .networkFileSystem(let path, let kind):
      """
      cannot keep the queue's database in '\(path)'
        SQLite loses data on network file systems, and this one is \(kind)
        give it a folder on a local disk with `--state FOLDER`; the map itself may stay where it is
      """
    case .stateElsewhere(let folder, let reason):
      """
      cannot find the queue of the run in '\(folder)'
        \(reason)
        go on where the run was begun, give its folder with `--state`, or begin anew elsewhere
      """
    }
  }

  private static func ways(acceptable: [String]) -> String {
    let others = "choose another folder with `--out`, or begin anew there with `--fresh`"
    guard !acceptable.isEmpty else { return others }
    let flags = acceptable.map { "`--accept-changed \($0)`" }.joined(separator: " ")
    return "redo what it touches with \(flags), \(others)"
  }

  /// What the system says of an error, in its own words.
  static func words(of error: any Error) -> String {
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error
    if let underlying = underlying.map({ $0 as NSError }), underlying.domain == NSPOSIXErrorDomain {
      return String(cString: strerror(Int32(underlying.code)))
    }
    // What is damaged is rarely whole JSON without a key; what an earlier version wrote is just that.
    if case .keyNotFound? = error as? DecodingError {
      return "another version of mapwright wrote it, or it is damaged"
    }
    if error is DecodingError { return "it is damaged: it does not hold what was written" }
    let said = error as NSError
    return said.domain == NSCocoaErrorDomain
      ? said.localizedDescription : String(describing: error)
  }
}
