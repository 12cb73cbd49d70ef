import Foundation

/// Why a slice has set a shard aside: a small file of a job, for people and for `finalize`.
///
/// It decides nothing: a shard that has a commit record is done, however often it failed before, and
/// whoever runs the slice again tries it again.
struct FailureNote: Hashable, Sendable, Codable {
  /// The stage's word: `infer`.
  var stage: String
  /// The number of the shard within the stage.
  var shard: Int
  /// Why it failed last.
  var reason: String
  /// How often it was begun.
  var attempts: Int
  /// Who has tried.
  var slice: CommitRecord.Slice
}
