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
    /// Whether parts are written under their own names, and a file that is there counts as done: what
    /// one writes who has never been killed.
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

    /// Abandons itself to what `MAPWRIGHT_POISON` says of this shard, such as `3=abort,5=memory,7=hang`.
    static func poison(_ key: ShardKey) {
      let wishes = ProcessInfo.processInfo.environment["MAPWRIGHT_POISON"] ?? ""
      for wish in wishes.split(separator: ",") {
        let words = wish.split(separator: "=")
        guard words.count == 2, Int(words[0]) == key.index else { continue }
        switch words[1] {
        case "abort": abort()
        case "memory": takeMemory(8 << 30)
        case "hang": while true { sleep(1) }
        default: continue
        }
      }
    }

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
