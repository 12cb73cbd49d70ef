import GRDB

/// The durable memory of a run: one row per shard, and the manifest of what was made.
///
/// One process opens it for writing (architecture decision 8; SQLite before 3.51.3 can corrupt a
/// write-ahead log with several writers). Every write is one transaction that has reached the disk
/// when the call returns, but for leases (``lease(_:)``). Chips are never rows: 10⁵ shards are about
/// 20 MB.
///
/// Saving is conditional on the shard's fence, so "read, think, write" loses to whoever wrote in
/// between instead of overwriting it (the flaw of River's issue 1302).
public final class ShardStore: Sendable {
  /// The layout of the tables; kept in the database's `user_version`.
  public static let format = 3

  private let path: String
  private let queue: DatabaseQueue

  /// Opens the database at `path` for writing, making it when it is absent.
  ///
  /// - Throws: ``ShardStoreError`` when it cannot be opened or is of another format.
  public init(writing path: String) throws(ShardStoreError) {
    var configuration = Configuration()
    // Whoever looks at the run's status may hold the file for a moment.
    configuration.busyMode = .timeout(10)
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA journal_mode = WAL")
      try database.execute(sql: "PRAGMA synchronous = FULL")
    }
    self.path = path
    queue = try Self.attempt(path) { try DatabaseQueue(path: path, configuration: configuration) }
    try prepareTables()
  }

  /// Opens the database at `path` to look at it while another process may be writing.
  ///
  /// - Throws: ``ShardStoreError`` when it cannot be opened or is of another format.
  public init(reading path: String) throws(ShardStoreError) {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    self.path = path
    queue = try Self.attempt(path) { try DatabaseQueue(path: path, configuration: configuration) }
    let found = try read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
    guard found == Self.format else {
      throw .unknownFormat(path: path, found: found, known: Self.format)
    }
  }

  private func prepareTables() throws(ShardStoreError) {
    let found = try read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
    guard found == 0 || found == Self.format else {
      throw .unknownFormat(path: path, found: found, known: Self.format)
    }
    guard found == 0 else { return }
    try write { database in
      try database.execute(sql: Self.schema)
      try database.execute(sql: "PRAGMA user_version = \(Self.format)")
    }
  }

  private static let schema = """
    CREATE TABLE shard(
      stage INTEGER NOT NULL, ix INTEGER NOT NULL, state INTEGER NOT NULL, waits INTEGER NOT NULL,
      attempts INTEGER NOT NULL, crashes INTEGER NOT NULL, kills INTEGER NOT NULL,
      fence INTEGER NOT NULL, owner INTEGER, reason TEXT,
      made INTEGER NOT NULL, passed INTEGER NOT NULL, input_hash TEXT, weight INTEGER NOT NULL,
      PRIMARY KEY(stage, ix)) WITHOUT ROWID;
    CREATE INDEX shard_ready ON shard(stage DESC, crashes, weight DESC, ix) WHERE state = 1;
    CREATE INDEX shard_leased ON shard(stage, ix) WHERE state = 2;
    CREATE TABLE artifact(
      stage INTEGER NOT NULL, ix INTEGER NOT NULL, part INTEGER NOT NULL,
      path TEXT NOT NULL, bytes INTEGER NOT NULL, file_hash TEXT NOT NULL,
      content_hash TEXT NOT NULL, fence INTEGER NOT NULL, retired INTEGER NOT NULL,
      PRIMARY KEY(stage, ix, part)) WITHOUT ROWID;
    CREATE TABLE event(
      seq INTEGER PRIMARY KEY, stage INTEGER NOT NULL, ix INTEGER NOT NULL,
      state INTEGER NOT NULL, fence INTEGER NOT NULL, detail TEXT);
    """

  // MARK: - Planning

  /// Whether the store holds no shard yet.
  public func isEmpty() throws(ShardStoreError) -> Bool {
    try read { try Int.fetchOne($0, sql: "SELECT 1 FROM shard LIMIT 1") == nil }
  }

  /// Writes the records of a new run, all or none.
  public func insert(_ records: some Sequence<ShardRecord>) throws(ShardStoreError) {
    try write { database in
      for record in records { try record.insertRow(database) }
    }
  }

  /// Replaces all shards and the whole manifest by those of another plan, all or none.
  ///
  /// - Parameter generation: Which plan the rows are of from now on.
  public func replaceAll(
    by records: [ShardRecord], _ artifacts: [Artifact], generation: Int
  ) throws(ShardStoreError) {
    let fences = Dictionary(uniqueKeysWithValues: records.map { ($0.key, $0.fence) })
    try write { database in
      try database.execute(sql: "DELETE FROM shard; DELETE FROM artifact")
      for record in records { try record.insertRow(database) }
      for artifact in artifacts {
        try artifact.insertRow(database, fence: fences[artifact.key] ?? 0)
      }
      try database.execute(sql: "PRAGMA application_id = \(generation)")
    }
  }

  /// Which plan the rows are of: 0 for the one that the run began with.
  public func generation() throws(ShardStoreError) -> Int {
    try read { try Int.fetchOne($0, sql: "PRAGMA application_id") ?? 0 }
  }

  /// Every shard, by stage and index.
  public func allRecords() throws(ShardStoreError) -> [ShardRecord] {
    try read { database in
      try Row.fetchAll(database, sql: "SELECT * FROM shard ORDER BY stage, ix")
        .map(ShardRecord.init(row:))
    }
  }

  // MARK: - Reading

  /// The record of a shard; nil when the plan has no such shard.
  public func record(_ key: ShardKey) throws(ShardStoreError) -> ShardRecord? {
    try look { database in
      let query = try database.cachedStatement(
        sql: "SELECT * FROM shard WHERE stage = ? AND ix = ?")
      return try Row.fetchOne(query, arguments: [key.stage, key.index]).map(ShardRecord.init(row:))
    }
  }

  /// The next shard that may be leased: of the latest stage, of those that failed least, the first.
  ///
  /// A shard that failed is tried again after all others: when the fault lies outside, many shards
  /// fail once, and none is set aside for it.
  public func nextReady(in order: LeaseOrder = .heaviestFirst) throws(ShardStoreError)
    -> ShardRecord?
  {
    try look { database in
      let query = try database.cachedStatement(
        sql: "SELECT * FROM shard WHERE state = 1 ORDER BY \(order.terms) LIMIT 1")
      return try Row.fetchOne(query).map(ShardRecord.init(row:))
    }
  }

  /// Every shard in a state, by stage and index.
  public func records(in state: ShardRecord.State) throws(ShardStoreError) -> [ShardRecord] {
    try read { database in
      try Row.fetchAll(
        database, sql: "SELECT * FROM shard WHERE state = ? ORDER BY stage, ix",
        arguments: [state.rawValue]
      ).map(ShardRecord.init(row:))
    }
  }

  /// Sums over the shards of a stage.
  public func tally(stage: Int) throws(ShardStoreError) -> StageTally {
    try read { database in
      var tally = StageTally()
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT state, count(*) AS shards, sum(attempts) AS attempts, sum(made) AS made,
            sum(passed) AS passed FROM shard WHERE stage = ? GROUP BY state
          """, arguments: [stage])
      while let row = try rows.next() { tally.add(row) }
      return tally
    }
  }

  /// Whether a shard of a stage, finished once, is to be done again or is being done again.
  public func isAnyReopened(stage: Int) throws(ShardStoreError) -> Bool {
    try read { database in
      let sql = """
        SELECT 1 FROM shard WHERE stage = ? AND state IN (1, 2) AND input_hash IS NOT NULL LIMIT 1
        """
      return try Int.fetchOne(database, sql: sql, arguments: [stage]) != nil
    }
  }

  /// How many shards may be leased, over all stages, counted up to a limit.
  public func readyCount(atMost limit: Int) throws(ShardStoreError) -> Int {
    try look { database in
      try Int.fetchOne(
        database,
        sql: "SELECT count(*) FROM (SELECT 1 FROM shard WHERE state = 1 LIMIT ?)",
        arguments: [limit]) ?? 0
    }
  }

  /// The manifest's files of a stage, by shard and part.
  public func artifacts(stage: Int) throws(ShardStoreError) -> [Artifact] {
    try read { database in
      try Row.fetchAll(
        database, sql: "SELECT * FROM artifact WHERE stage = ? ORDER BY ix, part",
        arguments: [stage]
      ).map(Artifact.init(row:))
    }
  }

  /// The manifest's files of some shards, in the order asked for.
  public func artifacts(of keys: [ShardKey]) throws(ShardStoreError) -> [Artifact] {
    try read { database in
      let query = try database.makeStatement(
        sql: "SELECT * FROM artifact WHERE stage = ? AND ix = ? ORDER BY part")
      return try keys.flatMap { key in
        try Row.fetchAll(query, arguments: [key.stage, key.index]).map(Artifact.init(row:))
      }
    }
  }

  /// The states of all shards of a stage, by index.
  public func states(stage: Int) throws(ShardStoreError) -> [ShardRecord.State] {
    try look { database in
      try Int.fetchAll(
        database, sql: "SELECT state FROM shard WHERE stage = ? ORDER BY ix", arguments: [stage]
      ).map { ShardRecord.State(rawValue: $0) ?? .setAside }
    }
  }

  /// The number of the last transition that was recorded; 0 when there was none.
  public func lastEvent() throws(ShardStoreError) -> Int {
    try look { try Int.fetchOne($0, sql: "SELECT max(seq) FROM event") ?? 0 }
  }

  /// How often a transition into a state was recorded, over the whole life of the run.
  public func eventCount(of state: ShardRecord.State) throws(ShardStoreError) -> Int {
    try read { database in
      try Int.fetchOne(
        database, sql: "SELECT count(*) FROM event WHERE state = ?", arguments: [state.rawValue])
        ?? 0
    }
  }

  // MARK: - Writing

  /// Saves a transition: the changed records, new manifest rows and unblocked successors, all or
  /// none.
  ///
  /// - Parameters:
  ///   - record: The shard after the transition; its fence is one more than before.
  ///   - artifacts: Files that exist from now on.
  ///   - successors: Shards that wait for this one; each waits for one fewer.
  /// - Returns: False, and nothing is changed, when somebody else has saved the shard since.
  public func save(
    _ record: ShardRecord, artifacts: [Artifact] = [], releasing successors: Successors = .none
  ) throws(ShardStoreError) -> Bool {
    try save(each: [Transition(record, artifacts: artifacts, releasing: successors)])[0]
  }

  /// Saves transitions that have nothing to do with each other in one transaction, which costs one
  /// flush for all of them.
  ///
  /// - Returns: For each of them, whether it was saved; false when somebody else has saved the shard
  ///   since.
  public func save(each transitions: [Transition]) throws(ShardStoreError) -> [Bool] {
    try write { database in
      try transitions.map { transition in
        guard try transition.record.updateRow(database) else { return false }
        for artifact in transition.artifacts {
          try artifact.insertRow(database, fence: transition.record.fence)
        }
        try transition.successors.release(database)
        return true
      }
    }
  }

  /// Saves a lease without waiting for the disk: it survives the end of every process, and may be
  /// lost with the machine's power, together with the worker that had it (decision 16).
  ///
  /// - Returns: False, and nothing is changed, when somebody else has saved the shard since.
  public func lease(_ record: ShardRecord) throws(ShardStoreError) -> Bool {
    try Self.attempt(path) {
      try queue.writeWithoutTransaction { database in
        try database.execute(sql: "PRAGMA synchronous = NORMAL")
        defer { try? database.execute(sql: "PRAGMA synchronous = FULL") }
        var isSaved = false
        try database.inTransaction(.immediate) {
          isSaved = try record.updateRow(database)
          return .commit
        }
        return isSaved
      }
    }
  }

  /// Saves several transitions and marks files as deleted, all or none.
  ///
  /// - Returns: False, and nothing is changed, when somebody else has saved one of the shards since.
  public func save(
    all records: [ShardRecord], retiring artifacts: [Artifact] = []
  ) throws(ShardStoreError) -> Bool {
    try Self.attempt(path) {
      var isSaved = true
      try queue.inTransaction(.immediate) { database in
        for record in records where isSaved { isSaved = try record.updateRow(database) }
        guard isSaved else { return .rollback }
        for artifact in artifacts { try artifact.retireRow(database) }
        return .commit
      }
      return isSaved
    }
  }

  /// Marks files as deleted; their rows stay for the record.
  public func retire(_ artifacts: [Artifact]) throws(ShardStoreError) {
    try write { database in
      for artifact in artifacts { try artifact.retireRow(database) }
    }
  }

  // MARK: - Errors

  private func read<Result>(_ body: (Database) throws -> Result) throws(ShardStoreError) -> Result {
    try Self.attempt(path) { try queue.read(body) }
  }

  /// Reads with a single statement, which is a snapshot by itself and needs no transaction around it:
  /// half the price, for what is asked with every shard.
  private func look<Result>(_ body: (Database) throws -> Result) throws(ShardStoreError) -> Result {
    try Self.attempt(path) { try queue.unsafeRead(body) }
  }

  private func write<Result>(_ body: (Database) throws -> Result) throws(ShardStoreError) -> Result
  {
    try Self.attempt(path) { try queue.write(body) }
  }

  private static func attempt<Result>(_ path: String, _ body: () throws -> Result)
    throws(ShardStoreError) -> Result
  {
    do { return try body() } catch let error as DatabaseError {
      let reason = error.message ?? "\(error.resultCode)"
      if error.resultCode == .SQLITE_FULL { throw .outOfSpace(path: path, reason: reason) }
      throw .cannotUse(path: path, reason: reason)
    } catch { throw .cannotUse(path: path, reason: "\(error)") }
  }
}
