import ShardStores

/// Where a shard stands, for who looks on.
public enum ShardState: String, Sendable, Codable, CaseIterable {
  /// Not begun.
  case waiting
  /// A worker has it.
  case running
  /// Its output is in the manifest.
  case done
  /// There was nothing to do.
  case skipped
  /// It failed too often, and needs a person.
  case setAside

  init(_ state: ShardRecord.State) {
    self =
      switch state {
      case .blocked, .ready: .waiting
      case .leased: .running
      case .done: .done
      case .setAside: .setAside
      case .skipped: .skipped
      }
  }
}

/// What ``RunWatcher`` sees at a look.
public struct RunSight: Sendable {
  /// How far the run is.
  public var progress: RunProgress
  /// The states of all shards of inference.
  public var states: [ShardState]
  /// The shards whose state is another than at the last look.
  public var changed: [Int]
  /// Whether the run is another than at the last look: revised, or begun anew.
  public var isAnother: Bool
  /// Whether a layer of the map, outlines or the report have come since.
  public var hasNewFiles: Bool
}

/// What is known of one shard of inference.
public struct ShardSight: Sendable, Codable {
  /// Its number.
  public var number: Int
  /// Where it stands.
  public var state: ShardState
  /// How often a worker began it.
  public var attempts: Int
  /// Chips that were classified, once it is done.
  public var chipsMapped: Int
  /// Planned chips that turned out to hold no picture, once it is done.
  public var chipsSkipped: Int
  /// The process id of the worker that has it.
  public var worker: Int?
  /// Why it failed last.
  public var reason: String?
}
