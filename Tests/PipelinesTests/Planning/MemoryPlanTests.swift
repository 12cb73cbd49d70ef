import Grids
import Testing

@testable import Pipelines

@Suite struct `Memory that a run may take` {
  let needs: MemoryNeeds

  init() throws {
    let plan = try drawnPlan(scenes: [PixelWindow(x: 0, y: 0, width: 3000, height: 3000)])
    needs = MemoryNeeds(of: plan, network: 40_000_000, weights: 10_000_000, outputs: 2)
  }

  func plan(_ budget: Int?, workers: Int = 4, batch: Int = 8) throws -> MemoryPlan {
    try MemoryPlan(budget: budget, workers: workers, batch: batch, needs: needs)
  }

  @Test func `without a budget changes nothing`() throws {
    let plan = try plan(nil)
    #expect((plan.workers, plan.batch, plan.cacheMegabytes) == (4, 8, 64))
    #expect(plan.cuts.isEmpty && plan.total == plan.coordinator + 4 * plan.perWorker)
  }

  @Test func `is never exceeded, and each step down is told`() throws {
    let most = try plan(nil).total
    let least = needs.coordinator + needs.worker(batch: 1, cacheMegabytes: 24)
    var cuts: Set<Int> = []
    for budget in stride(from: least, through: most + 1, by: 1_000_000) {
      let plan = try plan(budget)
      #expect(plan.total <= budget && plan.workers >= 1 && plan.cacheMegabytes >= 24)
      #expect(
        plan.perWorker == needs.worker(batch: plan.batch, cacheMegabytes: plan.cacheMegabytes))
      #expect((plan.batch < 8) == plan.cuts.contains { $0.hasPrefix("batch") })
      #expect((plan.workers < 4) == plan.cuts.contains { $0.contains("worker") })
      #expect((plan.cacheMegabytes < 64) == plan.cuts.contains { $0.contains("cache") })
      cuts.insert(plan.cuts.count)
    }
    #expect(cuts.isSuperset(of: [1, 3]))
  }

  @Test func `is refused where not even one worker fits`() throws {
    let least = needs.coordinator + needs.worker(batch: 1, cacheMegabytes: 24)
    #expect(
      throws: InputError.memoryTooSmall(
        budget: least - 1, needed: least, remedy: "give it more, or take a smaller model")
    ) { try plan(least - 1) }
  }

  @Test func `is told as too little where more was measured`() throws {
    let plan = try plan(2_000_000_000)
    #expect(plan.excess(workers: 100_000_000, coordinator: 100_000_000).isEmpty)
    #expect(
      plan.excess(workers: 600_000_000, coordinator: 100_000_000) == [
        "took up to 2500 MB of the 2000 MB allowed: this is a fault of the program, please report "
          + "it with plan.json"
      ])
  }

  @Test(arguments: [
    ("8GB", 8_000_000_000), ("1.5GB", 1_500_000_000), ("900MB", 900_000_000),
    ("2TB", 2_000_000_000_000), ("8", nil), ("GB", nil), ("-1GB", nil), ("8 GB", nil), ("0MB", nil),
  ])
  func `is written as a number with its unit`(text: String, bytes: Int?) {
    #expect(MemorySize.bytes(of: text) == bytes)
  }
}
