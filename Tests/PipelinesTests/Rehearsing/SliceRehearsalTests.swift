import Testing

@testable import Pipelines

@Suite struct `A job of a hundred thousand slices` {
  private static let settings = SliceRehearsal.Settings(
    slices: 100_000, shards: 250_000, slots: 1_000, lost: 0.10, doubled: 0.05, late: 0.02, seed: 7)

  @Test func `is complete after a few submissions of what is left, and nothing is there twice`()
    throws
  {
    var rehearsal = SliceRehearsal(Self.settings)

    rehearsal.run()

    let first = rehearsal.rounds[0]
    #expect((9_000...11_500).contains(first.lost) && (4_500...5_500).contains(first.doubled))
    #expect(first.missing > 5_000 && first.foundDone > 1_000)
    #expect(rehearsal.isComplete && rehearsal.missing.indices.isEmpty)
    #expect((3...10).contains(rehearsal.rounds.count))
    #expect(rehearsal.conflicts.isEmpty)
    #expect(rehearsal.rounds.reduce(0) { $0 + $1.committed } == 250_000)
    let isWhole = rehearsal.records.allSatisfy { shard, record in
      record.shard == shard && record.files.map(\.contentHash) == ["\(shard)"]
        && record.slice.index == shard % 100_000
    }
    #expect(isWhole)
    // What is left is submitted, and nothing else.
    for (before, after) in zip(rehearsal.rounds, rehearsal.rounds.dropFirst()) {
      #expect(after.submitted <= before.missing && after.submitted < before.submitted)
    }
  }

  @Test func `goes the same way for the same seed, and another for another`() {
    var settings = Self.settings
    (settings.slices, settings.shards) = (2_000, 5_000)
    func rounds(_ settings: SliceRehearsal.Settings) -> [SliceRehearsal.Round] {
      var rehearsal = SliceRehearsal(settings)
      rehearsal.run()
      return rehearsal.rounds
    }

    let first = rounds(settings)
    let second = rounds(settings)
    settings.seed = 8

    #expect(first == second && first != rounds(settings))
  }

  @Test func `takes one submission where nothing is lost`() {
    var settings = Self.settings
    (settings.slices, settings.shards, settings.lost) = (2_000, 5_000, 0)
    var rehearsal = SliceRehearsal(settings)

    rehearsal.run()

    #expect(rehearsal.rounds.count == 1 && rehearsal.isComplete)
  }

  @Test func `is never complete where every task is lost at once`() {
    var settings = Self.settings
    (settings.slices, settings.shards, settings.lost) = (100, 100, 1)
    var rehearsal = SliceRehearsal(settings)

    rehearsal.run(atMost: 20)

    #expect(rehearsal.rounds.count == 20 && rehearsal.records.isEmpty)
    #expect(rehearsal.missing.words == "0-99")
  }

  @Test func `keeps the first content of a shard that gives another each time, and tells of it`() {
    var settings = Self.settings
    (settings.slices, settings.shards, settings.doubled) = (100, 200, 1)
    (settings.lost, settings.fickle) = (0, 150)
    var rehearsal = SliceRehearsal(settings)

    rehearsal.run()

    #expect(rehearsal.conflicts == [150])
    #expect(rehearsal.records[150] != nil && rehearsal.isComplete)
  }
}
