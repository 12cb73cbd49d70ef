// Compiled only with `-Xswiftc -DCHAOS`, into a build of its own that is never shipped: faults that
// the chaos harness must see, so that it is known to see faults.
#if CHAOS
  import Checksums
  import Foundation
  import Glibc
  import Grids
  import Queueing
  import ShardStores

  /// What the environment asks to be done badly.
  enum Sabotage {
    /// Whether parts are written under their own names and never read back, a file that is there counts
    /// as done, and whoever says that a shard is done is believed, however late: what one writes who has
    /// never been killed.
    static let isNaive = ProcessInfo.processInfo.environment["MAPWRIGHT_NAIVE"] != nil

    /// The name of a part, for staging as well.
    static func sameName(as name: String) -> (staged: String, name: String) {
      let name = name.replacing(".#", with: "")
      return (name, name)
    }

    /// Records every shard as done whose file is there, without asking what is in it.
    static func trustFiles(of plan: RunPlan, in folder: RunFolder, queue: ShardQueue) throws {
      for index in 0..<plan.span.count {
        let name = sameName(as: plan.partPath(of: plan.span[index])).name
        let path = folder.file(name).path
        let key = ShardKey(stage: WorkStage.infer.rawValue, index: index)
        guard let record = try queue.store.record(key), record.state == .ready,
          FileManager.default.fileExists(atPath: path), let leased = record.leased(by: 0),
          let done = leased.finished(made: 0, skipped: 0, inputHash: nil)
        else { continue }
        let hash = try ContentHash(ofFile: path).description
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        let artifact = Artifact(
          key: key, part: 0, path: name, bytes: size, fileHash: hash, contentHash: hash)
        guard try queue.store.save(leased) else { continue }
        _ = try queue.store.save(
          done, artifacts: [artifact], releasing: plan.successors(of: key))
      }
    }

    /// Gives the shard of a silent worker to another, and lets the first go on with it.
    ///
    /// That is what a lease is which ends by a clock, without a fence. False, and nothing is done,
    /// unless this is wished for.
    static func lendAgain(_ worker: WorkerProcess, _ queue: ShardQueue) throws -> Bool {
      guard isNaive, let lease = worker.leases.first else { return false }
      _ = try queue.kill(lease, because: "it is late")
      return true
    }

    /// Records shards as done whoever has them by now, and however often they were done before.
    static func recordAll(
      _ works: [FinishedWork], in queue: ShardQueue, _ plan: RunPlan
    ) throws {
      for work in works {
        guard var row = try queue.store.record(work.lease.key) else { continue }
        (row.state, row.owner, row.fence) = (.done, nil, row.fence + 1)
        (row.madeCount, row.skippedCount, row.inputHash) = (work.made, work.skipped, work.inputHash)
        _ = try queue.store.save(
          row, artifacts: work.artifacts, releasing: plan.successors(of: work.lease.key))
      }
    }

    /// Abandons itself to what `MAPWRIGHT_POISON` says of this shard.
    ///
    /// Such as `1=abort,2=memory,3=greed,4=hang`: a greedy shard takes memory by the size of its batch.
    static func poison(_ key: ShardKey, batch: Int) {
      let wishes = ProcessInfo.processInfo.environment["MAPWRIGHT_POISON"] ?? ""
      for wish in wishes.split(separator: ",") {
        let words = wish.split(separator: "=")
        guard words.count == 2, Int(words[0]) == key.index else { continue }
        switch words[1] {
        case "abort": abort()
        case "memory": takeMemory(8 << 30)
        case "greed":
          takeMemory(batch * greedBytes)
          taken.forEach { free($0) }
          taken = []
        case "hang": while true { sleep(1) }
        default: continue
        }
      }
    }

    /// What a greedy shard takes for a chip of its batch.
    private static let greedBytes = 128 << 20

    /// Keeps the optimiser from finding out that nobody reads it.
    nonisolated(unsafe) private static var taken: [UnsafeMutableRawPointer] = []

    /// Takes memory and writes to all of it, as long as the system gives any.
    private static func takeMemory(_ bytes: Int) {
      let piece = 64 << 20
      for _ in 0..<bytes / piece {
        guard let memory = malloc(piece) else { abort() }
        memset(memory, 1, piece)
        taken.append(memory)
      }
    }
  }
#endif
