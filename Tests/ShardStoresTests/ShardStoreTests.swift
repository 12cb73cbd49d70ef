import TestSupport
import Testing

@testable import ShardStores

@Suite struct `The store of shards` {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("queue.sqlite")
  }

  @Test func `saving needs the fence before`() throws {
    let store = try ShardStore(writing: path)
    var record = ShardRecord(key: ShardKey(stage: 0, index: 0))
    try store.insert([record])

    record.fence = 1
    record.state = .leased
    #expect(try store.save(record))
    #expect(try !store.save(record))
  }

  @Test func `a shard to be done again is told from a new one`() throws {
    let store = try ShardStore(writing: path)
    var records = (0..<4).map { ShardRecord(key: ShardKey(stage: $0 / 2, index: $0 % 2)) }
    records[0].inputHash = "pixels"
    records[0].state = .done
    try store.insert(records)
    #expect(try !store.isAnyReopened(stage: 0))

    records[0].state = .ready
    records[0].fence += 1
    #expect(try store.save(records[0]))
    #expect(try store.isAnyReopened(stage: 0) && !store.isAnyReopened(stage: 1))
  }

  @Test func `the latest stage comes first, then the least index`() throws {
    let store = try ShardStore(writing: path)
    try store.insert(
      [(0, 0), (0, 1), (2, 5), (2, 4)].map { ShardRecord(key: ShardKey(stage: $0.0, index: $0.1)) })

    #expect(try store.nextReady()?.key == ShardKey(stage: 2, index: 4))
  }

  @Test func `of a stage's shards the heaviest comes first, and neighbours keep their order`()
    throws
  {
    let store = try ShardStore(writing: path)
    var order: [Int] = []
    try store.insert(
      [3, 12, 3, 4].enumerated().map {
        ShardRecord(key: ShardKey(stage: 0, index: $0), weight: $1)
      })
    while var next = try store.nextReady() {
      order.append(next.key.index)
      (next.state, next.fence) = (.done, next.fence + 1)
      #expect(try store.save(next))
    }

    #expect(order == [1, 3, 0, 2])
  }

  @Test func `a shard that failed comes after all others of its stage`() throws {
    let store = try ShardStore(writing: path)
    var records = (0..<3).map { ShardRecord(key: ShardKey(stage: 0, index: $0)) }
    records[0].crashes = 1
    try store.insert(records)

    #expect(try store.nextReady()?.key.index == 1)
  }

  @Test func `a gate opens when the last shard before it has ended`() throws {
    let store = try ShardStore(writing: path)
    var before = (0..<2).map { ShardRecord(key: ShardKey(stage: 1, index: $0)) }
    let behind = (0..<5).map {
      ShardRecord(key: ShardKey(stage: 2, index: $0), state: .blocked, waits: 1)
    }
    try store.insert(before + behind)
    for index in 0..<2 {
      #expect(try store.tally(stage: 2).ready == 0)
      before[index].state = .done
      before[index].fence = 1
      #expect(try store.save(before[index], releasing: .gate(stage: 2, behind: 1)))
    }

    #expect(try store.tally(stage: 2).ready == 5)
  }

  @Test func `several transitions are saved together or not at all`() throws {
    let store = try ShardStore(writing: path)
    var records = (0..<2).map { ShardRecord(key: ShardKey(stage: 0, index: $0)) }
    try store.insert(records)
    for index in 0..<2 { records[index].state = .leased }
    records[0].fence = 1
    records[1].fence = 7

    #expect(try !store.save(all: records))
    #expect(try store.tally(stage: 0).ready == 2)
    records[1].fence = 1
    #expect(try store.save(all: records))
    #expect(try store.tally(stage: 0).leased == 2)
  }

  @Test func `steps that have nothing to do with each other are saved at once, each by its fence`()
    throws
  {
    let store = try ShardStore(writing: path)
    var records = (0..<3).map { ShardRecord(key: ShardKey(stage: 0, index: $0)) }
    try store.insert(records)
    for index in 0..<3 {
      records[index].state = .done
      records[index].fence = index == 1 ? 7 : 1
    }
    let files = records.map { record in
      Artifact(
        key: record.key, part: 0, path: "\(record.key.index)", bytes: 1, fileHash: "f",
        contentHash: "c")
    }
    let saved = try store.save(
      each: zip(records, files).map { Transition($0, artifacts: [$1]) })

    #expect(saved == [true, false, true])
    #expect(try store.tally(stage: 0).done == 2)
    #expect(try store.artifacts(stage: 0) == [files[0], files[2]])
  }

  @Test func `a lease is there for whoever opens the store next`() throws {
    var record = ShardRecord(key: ShardKey(stage: 0, index: 0))
    do {
      let store = try ShardStore(writing: path)
      try store.insert([record])
      record.state = .leased
      record.fence = 1
      #expect(try store.lease(record))
      #expect(try !store.lease(record))
    }
    #expect(try ShardStore(reading: path).record(record.key)?.fence == 1)
  }

  @Test func `what SQLite could not open is told with the system's words`() {
    #expect(
      SQLiteLog.words(of: "os_unix.c:6242: (24) open(/a/proj.db) - ")
        == "SQLite says: os_unix.c:6242: (24) open(/a/proj.db) - Too many open files")
    #expect(
      SQLiteLog.words(of: "cannot open file at line 6242 of [f0000]")
        == "SQLite says: cannot open file at line 6242 of [f0000]")
  }

  @Test func `inserting is all or nothing`() throws {
    let store = try ShardStore(writing: path)
    let record = ShardRecord(key: ShardKey(stage: 0, index: 0))

    #expect(throws: ShardStoreError.self) { try store.insert([record, record]) }
    #expect(try store.isEmpty())
  }

  @Test func `a retired file stays in the manifest`() throws {
    let store = try ShardStore(writing: path)
    var record = ShardRecord(key: ShardKey(stage: 0, index: 0))
    try store.insert([record])
    record.fence = 1
    var artifact = Artifact(
      key: record.key, part: 0, path: "a", bytes: 1, fileHash: "f", contentHash: "c")
    _ = try store.save(record, artifacts: [artifact])

    try store.retire([artifact])
    artifact.isRetired = true
    #expect(try store.artifacts(stage: 0) == [artifact])
  }

  @Test func `a folder that is absent is refused in three lines`() {
    let error = #expect(throws: ShardStoreError.self) {
      _ = try ShardStore(writing: "/nowhere/queue.sqlite")
    }
    #expect(
      error.map(String.init(describing:)) == """
        cannot use the queue database '/nowhere/queue.sqlite'
          SQLite says: unable to open database file
          check that the folder is writable and on a local disk, then run the same command again
        """)
  }

  @Test func `a full disk and a strange format have words of their own`() {
    #expect(
      String(describing: ShardStoreError.outOfSpace(path: "q", reason: "database or disk is full"))
        == """
        no space is left for the queue database 'q'
          SQLite says: database or disk is full
          free some space and run the same command again; finished shards are kept
        """)
    #expect(
      String(describing: ShardStoreError.unknownFormat(path: "q", found: 9, known: 1)) == """
        cannot resume from the queue database 'q'
          it has format 9, this program knows format 1
          resume with the program that began the run, or begin anew with `--fresh`
        """)
    #expect(
      String(describing: ShardStoreError.cannotUse(path: "q", reason: "x")).hasPrefix("cannot use"))
  }

  @Test func `ten thousand shards are planned and tallied`() throws {
    let store = try ShardStore(writing: path)
    try store.insert((0..<10_000).lazy.map { ShardRecord(key: ShardKey(stage: 0, index: $0)) })

    #expect(try store.tally(stage: 0).ready == 10_000)
    #expect(try store.readyCount(atMost: 5) == 5)
  }
}
