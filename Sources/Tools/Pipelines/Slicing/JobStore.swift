import Foundation

/// Where a job lies, so that many machines see it: a folder, or a place in a bucket.
///
/// What was created is never changed: two machines that do the same work at the same time cannot spoil
/// each other's, and whoever comes second learns that it is done. Names are relative, their parts are
/// divided by slashes.
protocol JobStore: Sendable {
  /// The place for people: never with credentials or signed queries.
  var place: String { get }

  /// The names that begin with a prefix, sorted; none when there are none.
  func names(under prefix: String) throws -> [String]

  /// What lies under a name; nil when nothing does.
  func read(_ name: String) throws -> Data?

  /// Creates what is small, whole and durable.
  ///
  /// - Returns: False, and nothing is changed, when something has that name already.
  func create(_ name: String, holding data: Data) throws -> Bool

  /// Creates a copy of a local file, whole and durable, and sees that it has arrived.
  ///
  /// - Parameter hash: The SHA-256 of the file, in hexadecimal digits.
  /// - Returns: False, and nothing is changed, when something has that name already.
  func create(_ name: String, copying file: URL, hash: String) throws -> Bool

  /// Makes what lies under a name readable as a local file; where the store is a folder, without copying.
  ///
  /// A store that copies sees that the file has arrived; one that links leaves that to whoever reads the
  /// file, and it would be read twice.
  ///
  /// - Parameters:
  ///   - file: Where it is to lie; a file that is there is replaced.
  ///   - hash: The SHA-256 that it must have.
  func bring(_ name: String, to file: URL, hash: String) throws

  /// Deletes what lies under names, in this order; what is not there is deleted already.
  func delete(_ names: [String]) throws

  /// Removes what killed commands have left unfinished, where the store keeps such things.
  func sweep() throws
}
