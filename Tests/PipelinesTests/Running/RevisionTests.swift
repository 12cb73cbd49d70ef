import Grids
import Mosaicking
import Queueing
import ShardStores
import TestSupport
import Testing

@testable import Pipelines

@Suite struct `A revision` {
  /// Three by two shards.
  let town = PixelWindow(x: 0, y: 0, width: 1500, height: 1000)

  @Test func `lets a finished run stand as it is`() throws {
    let revision = Revision(try drawnPlan(scenes: [town]).finished())

    #expect(revision.records.allSatisfy { $0.state == .done })
    #expect(revision.obsolete == [])
    #expect(revision.artifacts.count == revision.records.count)
  }

  @Test func `has a lost layer written again, and the parts made for it`() throws {
    var findings = try drawnPlan(scenes: [town]).finished()
    findings.lost = ["stage 1 shard 1"]
    let revision = Revision(findings)

    #expect(revision.states(.infer) == [.ready, .ready, .ready, .ready, .ready, .ready])
    #expect(revision.states(.mosaic) == [.done, .blocked, .done])
    #expect(revision.states(.trace).allSatisfy { $0 == .done })
    #expect(revision.states(.export) == [.done])
    #expect(revision.records[7].waits == 6)
    let expected = revision.artifacts.filter { $0.key.stage == 0 }
    #expect(expected.count == 6 && expected.allSatisfy(\.isRetired))
  }

  @Test func `needs no parts again where they were kept`() throws {
    var findings = try drawnPlan(scenes: [town]).finished(keepingParts: true)
    findings.lost = ["stage 1 shard 1"]
    let revision = Revision(findings)

    #expect(revision.states(.infer).allSatisfy { $0 == .done })
    #expect(revision.states(.mosaic) == [.done, .ready, .done])
  }

  @Test func `merges outlines again when a file of them is lost`() throws {
    var findings = try drawnPlan(scenes: [town]).finished()
    findings.lost = ["stage 3 shard 0"]
    let revision = Revision(findings)

    #expect(revision.states(.infer).allSatisfy { $0 == .done })
    #expect(revision.states(.mosaic).allSatisfy { $0 == .done })
    #expect(revision.states(.trace).allSatisfy { $0 == .ready })
    #expect(revision.states(.export) == [.blocked])
    #expect(revision.records.last?.waits == 6)
  }

  @Test func `merges the roads of a layer again where a layer is added to them`() throws {
    let layers = [PlannedLayer.buildings, .roads]
    var findings = try drawnPlan(scenes: [town], layers: layers).finished()
    findings.after.footprints.append(.bridges(of: 1))
    let revision = Revision(findings)

    // Outlines stand as they are traced; their project names the layers, so all are merged again.
    #expect(revision.states(.mosaic).allSatisfy { $0 == .done })
    #expect(revision.states(.trace) == Array(repeating: .ready, count: 12))
    #expect(revision.states(.export) == [.blocked, .blocked, .blocked])
    #expect(revision.records.suffix(3).allSatisfy { $0.waits == 12 })
  }

  @Test func `lets all layers stand as they are, and traces only one whose rules are others`()
    throws
  {
    let layers = [PlannedLayer.buildings, .roads, .bridges(of: 1)]
    var findings = try drawnPlan(scenes: [town], layers: layers).finished()
    #expect(Revision(findings).records.allSatisfy { $0.state == .done })
    // The fragments of outlines are still there, those of roads are of no use any more.
    for (key, files) in findings.artifacts where key.stage == WorkStage.trace.rawValue {
      findings.artifacts[key] = files.map { file in
        var kept = file
        kept.isRetired = false
        return kept
      }
    }
    findings.after.footprints[2] = .bridges(of: 1)
    findings.after.footprints[1].threshold = 0.7
    let revision = Revision(findings)

    let isTraced = revision.states(.trace).map { $0 == .ready }
    #expect(isTraced == Array(repeating: false, count: 6) + Array(repeating: true, count: 6))
    #expect(revision.states(.export) == [.blocked, .blocked, .blocked])
  }

  @Test func `does again what a scene in the west touches, whatever its number was`() throws {
    let before = try drawnPlan(scenes: [town])
    let west = PixelWindow(x: -1000, y: 0, width: 1000, height: 1000)
    var findings = before.finished(keepingParts: true)
    findings.after = try drawnPlan(scenes: [west, town])
    // The west lies in another square of sheets and is numbered first. Shards 0 and 3, which were, see
    // the new scene in their halos.
    findings.changed = [4, 7]
    let revision = Revision(findings)

    #expect(
      revision.states(.infer)
        == [.ready, .ready, .ready, .ready, .ready, .done, .done, .ready, .done, .done])
    let kept = revision.artifacts.filter { $0.key.stage == 0 && !$0.isRetired }
    #expect(kept.map(\.key.index) == [5, 6, 8, 9])
    #expect(kept.map(\.path) == [1, 2, 4, 5].map { "stage 0 shard \($0)" })
    #expect(revision.obsolete.contains("stage 0 shard 0"))
  }

  @Test func `tries again what was set aside only when it is asked to`() throws {
    var findings = try drawnPlan(scenes: [town]).finished()
    let key = ShardKey(stage: 0, index: 4)
    findings.records[key]?.state = .setAside
    findings.records[key]?.crashes = 3
    findings.records[key]?.inputHash = nil
    findings.artifacts[key] = nil
    let left = Revision(findings)
    #expect(left.states(.infer)[4] == .setAside && left.states(.mosaic).allSatisfy { $0 == .done })

    findings.retries = true
    let retried = Revision(findings)
    #expect(retried.states(.infer).allSatisfy { $0 == .ready })
    #expect(retried.records[4].crashes == 0)
    #expect(retried.states(.mosaic).allSatisfy { $0 == .blocked })
    #expect(retried.states(.trace).allSatisfy { $0 == .blocked })
  }

  @Test func `lets outlines be merged without those of a shard that was set aside`() throws {
    let plan = try drawnPlan(scenes: [town])
    let place = try TemporaryFolder()
    let store = try ShardStore(writing: place.path("queue"))
    try store.insert(plan.records())
    let queue = ShardQueue(
      store: store, successors: { plan.successors(of: $0) }, endsWithout: RunPlan.endsWithout)
    let poisonous = ShardKey(stage: WorkStage.trace.rawValue, index: 4)
    var done: [ShardKey] = []
    while let lease = try queue.lease(to: 1) {
      if lease.key == poisonous {
        _ = try queue.crash(lease, because: "no outline to be had")
      } else {
        #expect(try queue.finish(lease, artifacts: [], made: 0, skipped: 0))
        done.append(lease.key)
      }
    }

    #expect(try store.record(poisonous)?.state == .setAside)
    #expect(done.last == ShardKey(stage: WorkStage.export.rawValue, index: 0))
    #expect(done.count + 1 == WorkStage.allCases.map { plan.count(of: $0) }.reduce(0, +))

    var findings = plan.finished()
    findings.records[poisonous]?.state = .setAside
    findings.artifacts[poisonous] = nil
    #expect(Revision(findings).states(.export) == [.done])
    findings.retries = true
    #expect(Revision(findings).states(.export) == [.blocked])
  }

  @Test func `leaves rows that can be worked to their end, whatever happened`() throws {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<500 {
      let before = try drawnPlan(scenes: [town])
      var findings = before.finished(keepingParts: random.next() % 2 == 0)
      for key in findings.records.keys where random.next() % 8 == 0 {
        findings.records[key]?.state = [.ready, .setAside, .blocked][Int(random.next() % 3)]
        findings.artifacts[key] = nil
      }
      let files = findings.artifacts.values.joined().filter { !$0.isRetired }.map(\.path).sorted()
      findings.lost = Set(files.filter { _ in random.next() % 10 == 0 })
      findings.changed = Set((0..<6).filter { _ in random.next() % 10 == 0 })
      findings.retries = random.next() % 2 == 0
      if random.next() % 3 == 0 { findings.after.packing = "zstd" }
      if random.next() % 3 == 0 { findings.after.footprints[0].threshold = 0.6 }
      if random.next() % 3 == 0 { findings.after.rasters = [.probability(0)] }
      check(Revision(findings), of: findings)
    }
  }

  /// Sees that a revision's rows hang together.
  private func check(_ revision: Revision, of findings: Revision.Findings) {
    let rows = Dictionary(grouping: revision.records, by: \.key.stage)
    let there = Set(revision.artifacts.filter { !$0.isRetired }.map(\.key))
    #expect(there.allSatisfy { key in revision.records.contains { $0.key == key } })
    #expect(revision.artifacts.allSatisfy { $0.isRetired || !findings.lost.contains($0.path) })
    #expect(revision.records.allSatisfy { $0.fence > 2 })
    #expect(revision.records.allSatisfy { ($0.state == .blocked) == ($0.waits > 0) })
    let open = rows[0, default: []].count { $0.state == .ready }
    let mosaics = rows[1, default: []]
    #expect(mosaics.allSatisfy { $0.state != .blocked || $0.waits == open })
    #expect(mosaics.allSatisfy { $0.state != .ready || open == 0 })
    if mosaics.contains(where: { !$0.hasEnded }) {
      #expect(rows[0, default: []].allSatisfy { $0.state != .done || there.contains($0.key) })
    }
    let traces = rows[2, default: []].count { !$0.hasEnded }
    let export = rows[3, default: []]
    #expect(export.allSatisfy { $0.state != .blocked || $0.waits == traces })
    #expect(export.allSatisfy { $0.state != .done || there.contains($0.key) })
    for number in findings.changed {
      #expect(revision.records[number].state == .ready)
    }
  }
}
