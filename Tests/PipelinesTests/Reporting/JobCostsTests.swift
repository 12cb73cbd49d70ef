import Foundation
import ShardStores
import TestSupport
import Testing

@testable import Pipelines

/// A commit record of a shard that took so long.
private func record(_ shard: Int, seconds: Double, read: Int? = 1_000_000) -> CommitRecord {
  CommitRecord(
    stage: "infer", shard: shard,
    files: [.init(name: "parts/\(shard).tif", bytes: 500, fileHash: "a", contentHash: "b")],
    made: 4, skipped: 0, inputHash: nil, slice: .init(index: shard % 2, count: 2),
    costs: .init(
      seconds: seconds, cpuSeconds: seconds * 0.9, peakMemory: 0, bytesRead: read,
      bytesWritten: 500, joules: nil))
}

/// What a coordinator has counted of shards.
private func run(
  _ shards: [(seconds: Double, read: Int?)], stage: Int = 0, seconds: Double,
  joules: Double? = nil
) -> RunCosts {
  var costs = RunCosts()
  for (index, shard) in shards.enumerated() {
    var outcome = ShardOutcome()
    (outcome.seconds, outcome.cpuSeconds) = (shard.seconds, shard.seconds * 0.9)
    outcome.bytesRead = shard.read
    costs.add(ShardKey(stage: stage, index: index), outcome)
  }
  (costs.seconds, costs.joules) = (seconds, joules)
  return costs
}

@Suite struct `What a job took` {
  private func slice(
    _ index: Int, _ records: [CommitRecord], seconds: Double, joules: Double?,
    read: Int? = 2_000_000
  ) -> SliceCosts {
    SliceCosts(
      of: .init(index: index, count: 2), .infer, committing: records, cores: 4,
      run: run(records.map { ($0.costs.seconds, read) }, seconds: seconds, joules: joules),
      commandSeconds: 18, bytesSent: 700, bytesBrought: 300)
  }

  /// What a job took whose parts were joined in a quarter of an hour.
  private func job(
    _ records: [CommitRecord], _ slices: [SliceCosts], joules: Double? = 360_000,
    squareKilometers: Double? = nil, price: Double? = nil
  ) -> JobCosts {
    var costs = JobCosts(of: records, slices)
    costs.add(
      run([(900, nil)], stage: 1, seconds: 900, joules: joules), cores: 4, commandSeconds: 90)
    costs.settle(squareKilometers: squareKilometers, pricePerCoreHour: price)
    return costs
  }

  @Test func `is the sum of its slices and of what joined them, with a price for the ground`()
    throws
  {
    let (first, second) = (record(0, seconds: 3600), record(1, seconds: 1800))
    let costs = job(
      [first, second],
      [
        slice(0, [first], seconds: 3600, joules: 3_600_000),
        slice(1, [second], seconds: 1800, joules: 1_800_000),
      ], squareKilometers: 50, price: 0.05)

    // Four cores for an hour, for half an hour, and for a quarter.
    #expect(costs.coreHours == 7 && costs.attempts == 2 && costs.untoldShards == 0)
    #expect(abs(costs.cpuHours - (0.9 * 6300 + 36 + 90) / 3600) < 1e-9)
    #expect(abs((costs.kilowattHours ?? 0) - 1.6) < 1e-9 && costs.unmeasured == 0)
    #expect(costs.bytesRead == 4_000_000 && costs.bytesWritten == 1000)
    #expect(costs.bytesSent == 1400 && costs.bytesBrought == 600)
    #expect(abs((costs.price ?? 0) - 0.35) < 1e-9)
    #expect(abs((costs.pricePerSquareKilometer ?? 0) - 0.007) < 1e-9)
    #expect(
      costs.rows.map { "\($0.name): \($0.words)" } == [
        "core-hours: 7 held, 1.61 used",
        "energy: 1.6 kWh of the machines' processors, whatever else they did counted in",
        "bytes: 4.0 MB read of files, 1.0 kB of parts, 1.4 kB to the job, 0.6 kB from it",
        "money: 0.35 at 0.05 a core-hour, 0.007 a km²",
      ])
  }

  @Test func `counts of killed attempts what the records of their shards say`() throws {
    let (told, untold) = (record(0, seconds: 3600), record(1, seconds: 1800))
    let costs = job([told, untold], [slice(0, [told], seconds: 3600, joules: nil)])

    #expect(costs.untoldShards == 1 && costs.coreHours == 4 + 0.5 + 1)
    #expect(costs.bytesRead == 3_000_000 && costs.bytesSent == 1200)
    #expect(
      costs.rows.map(\.words).prefix(2) == [
        "5.5 held, 1.6 used; of 1 shards only what their records say, their slices were killed",
        "0.1 kWh of the machines' processors, whatever else they did counted in; "
          + "1 could not measure it",
      ])
    #expect(costs.price == nil && costs.rows.count == 3)
  }

  @Test func `is told as not measurable where no machine shows its counters`() throws {
    let told = record(0, seconds: 36, read: nil)
    let costs = job(
      [told], [slice(0, [told], seconds: 36, joules: nil, read: nil)], joules: nil,
      squareKilometers: 1)

    #expect(costs.kilowattHours == nil && costs.bytesRead == nil)
    #expect(costs.rows[1].words == "not measurable here")
    #expect(costs.rows[2].words == "0.5 kB of parts, 0.7 kB to the job, 0.3 kB from it")
  }

  @Test func `is noted in the job by every attempt, in a file of its own`() throws {
    let folder = try TemporaryFolder()
    let store = try FolderStore(folder.path("job"), making: true)
    let costs = slice(1, [record(1, seconds: 5)], seconds: 6, joules: 7)

    try costs.note(in: store)
    try costs.note(in: store)

    #expect(try SliceCosts.all(in: store) == [costs, costs])
    #expect(try store.names(under: "costs/").allSatisfy { $0.hasPrefix("costs/infer/1_") })
  }
}
