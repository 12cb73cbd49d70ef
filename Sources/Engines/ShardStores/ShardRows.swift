import GRDB

/// Sums over the shards of one stage.
public struct StageTally: Hashable, Sendable, Codable {
  /// Shards that wait for others.
  public var blocked = 0
  /// Shards that may be leased.
  public var ready = 0
  /// Shards that a worker has.
  public var leased = 0
  /// Shards whose output is in the manifest.
  public var done = 0
  /// Shards that need a person.
  public var setAside = 0
  /// Shards with nothing to do.
  public var skipped = 0
  /// Times a shard was begun.
  public var attempts = 0
  /// What done shards gave: chips classified, or outlines traced or written.
  public var made = 0
  /// Planned chips that turned out to hold no picture.
  public var passedOver = 0

  /// Makes an empty tally.
  public init() {}

  /// All shards of the stage.
  public var shards: Int { blocked + ready + leased + done + setAside + skipped }
  /// Shards with an end.
  public var ended: Int { done + setAside + skipped }

  mutating func add(_ row: Row) {
    let count: Int = row["shards"]
    switch ShardRecord.State(rawValue: row["state"]) {
    case .blocked: blocked += count
    case .ready: ready += count
    case .leased: leased += count
    case .done: done += count
    case .setAside: setAside += count
    case .skipped: skipped += count
    case nil: break
    }
    attempts += row["attempts"]
    made += row["made"]
    passedOver += row["passed"]
  }
}

/// A step of one shard, with what is recorded together with it.
public struct Transition: Sendable {
  /// The shard after it; its fence is one more than before.
  public var record: ShardRecord
  /// Files that exist from now on.
  public var artifacts: [Artifact]
  /// Shards that wait for this one; each waits for one fewer.
  public var successors: Successors

  /// Describes a step.
  public init(
    _ record: ShardRecord, artifacts: [Artifact] = [], releasing successors: Successors = .none
  ) {
    (self.record, self.artifacts, self.successors) = (record, artifacts, successors)
  }
}

/// The shards that wait for one shard.
public enum Successors: Hashable, Sendable {
  /// None.
  case none
  /// These.
  case shards([ShardKey])
  /// Every shard of a stage.
  case stage(Int)
  /// Every shard of a stage, once the last shard of another has ended: a gate.
  ///
  /// The rows behind it are touched once, however many shards stand before it.
  case gate(stage: Int, behind: Int)

  /// Lets each successor wait for one fewer, and makes those ready that wait for none.
  func release(_ database: Database) throws {
    let step = """
      UPDATE shard SET waits = waits - 1, fence = fence + 1,
        state = CASE WHEN waits = 1 THEN 1 ELSE state END WHERE state = 0 AND stage = ?
      """
    switch self {
    case .none: break
    case .shards(let keys):
      for key in keys {
        try database.cachedStatement(sql: step + " AND ix = ?")
          .execute(arguments: [key.stage, key.index])
      }
    case .stage(let stage): try database.execute(sql: step, arguments: [stage])
    case .gate(let stage, let before):
      let isShut = "SELECT 1 FROM shard WHERE stage = ? AND state NOT IN (3, 5) LIMIT 1"
      guard try Int.fetchOne(database, sql: isShut, arguments: [before]) == nil else { return }
      try database.execute(sql: step, arguments: [stage])
    }
  }
}

extension ShardRecord {
  init(row: Row) {
    self.init(
      key: ShardKey(stage: row["stage"], index: row["ix"]),
      state: State(rawValue: row["state"]) ?? .setAside, waits: row["waits"],
      weight: row["weight"])
    attempts = row["attempts"]
    crashes = row["crashes"]
    kills = row["kills"]
    fence = row["fence"]
    owner = row["owner"]
    reason = row["reason"]
    madeCount = row["made"]
    skippedCount = row["passed"]
    inputHash = row["input_hash"]
  }

  func insertRow(_ database: Database) throws {
    let insertion = try database.cachedStatement(
      sql: "INSERT INTO shard VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
    try insertion.execute(
      arguments: [
        key.stage, key.index, state.rawValue, waits, attempts, crashes, kills, fence, owner, reason,
        madeCount, skippedCount, inputHash, weight,
      ])
  }

  /// Writes the row if its fence is still the one before this record's, and logs the transition.
  func updateRow(_ database: Database) throws -> Bool {
    let update = try database.cachedStatement(
      sql: """
        UPDATE shard SET state = ?, waits = ?, attempts = ?, crashes = ?, kills = ?, fence = ?,
          owner = ?, reason = ?, made = ?, passed = ?, input_hash = ? WHERE stage = ? AND ix = ? AND fence = ?
        """)
    try update.execute(
      arguments: [
        state.rawValue, waits, attempts, crashes, kills, fence, owner, reason, madeCount,
        skippedCount, inputHash, key.stage, key.index, fence - 1,
      ])
    guard database.changesCount == 1 else { return false }
    let log = try database.cachedStatement(
      sql: "INSERT INTO event(stage, ix, state, fence, detail) VALUES (?, ?, ?, ?, ?)")
    try log.execute(arguments: [key.stage, key.index, state.rawValue, fence, reason])
    return true
  }
}

extension Artifact {
  init(row: Row) {
    self.init(
      key: ShardKey(stage: row["stage"], index: row["ix"]), part: row["part"], path: row["path"],
      bytes: row["bytes"], fileHash: row["file_hash"], contentHash: row["content_hash"],
      isRetired: (row["retired"] as Int) != 0)
  }

  func retireRow(_ database: Database) throws {
    try database.execute(
      sql: "UPDATE artifact SET retired = 1 WHERE stage = ? AND ix = ? AND part = ?",
      arguments: [key.stage, key.index, part])
  }

  func insertRow(_ database: Database, fence: Int) throws {
    let insertion = try database.cachedStatement(
      sql: "INSERT OR REPLACE INTO artifact VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
    try insertion.execute(
      arguments: [
        key.stage, key.index, part, path, bytes, fileHash, contentHash, fence, isRetired ? 1 : 0,
      ])
  }
}
