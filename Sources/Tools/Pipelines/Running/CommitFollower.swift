/// Who is told of every shard that a coordinator has committed.
protocol CommitFollower: AnyObject {
  /// Takes note of a shard; to be quick, since the coordinator waits.
  ///
  /// - Parameter joules: What the processors of the machine have taken since the coordinator began; nil
  ///   where that cannot be measured.
  func follow(_ shard: FinishedShard, joules: Double?)

  /// Why nothing more is to be done; nil while all goes well.
  var failure: (any Error)? { get }
}
