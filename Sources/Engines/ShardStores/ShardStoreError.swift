/// What can go wrong between the queue and its database.
public enum ShardStoreError: Error, Hashable, Sendable {
  /// The database cannot be opened, read or written.
  case cannotUse(path: String, reason: String)
  /// The disk that holds the database is full.
  case outOfSpace(path: String, reason: String)
  /// The database was made by another version of the program.
  case unknownFormat(path: String, found: Int, known: Int)
}

extension ShardStoreError: CustomStringConvertible {
  /// What could not be done, the cause, and what to do next.
  public var description: String {
    switch self {
    case .cannotUse(let path, let reason):
      """
      cannot use the queue database '\(path)'
        SQLite says: \(reason)
        check that the folder is writable and on a local disk, then run the same command again
      """
    case .outOfSpace(let path, let reason):
      """
      no space is left for the queue database '\(path)'
        SQLite says: \(reason)
        free some space and run the same command again; finished shards are kept
      """
    case .unknownFormat(let path, let found, let known):
      """
      cannot resume from the queue database '\(path)'
        it has format \(found), this program knows format \(known)
        resume with the program that began the run, or begin anew with `--fresh`
      """
    }
  }
}
