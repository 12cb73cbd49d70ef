/// A file that a scheduler is given.
public struct SubmissionFile: Hashable, Sendable, Codable {
  /// Its name.
  public var name: String
  /// What it says.
  public var text: String
}
