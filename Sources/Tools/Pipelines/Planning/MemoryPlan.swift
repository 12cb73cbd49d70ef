import BuiltinNetworks
import Foundation
import GeoFiles
import Grids
import Imagery
import Mosaicking
import OpenVINONetworks
import Tensors
import Tiling

/// How the processes of a run share the memory that they may take together.
///
/// Workers, batch and block cache follow from the budget, and no byte of the map does. The chip is not
/// touched: where the halo is smaller than what the network sees, other chips give another map.
struct MemoryPlan: Hashable, Sendable, Codable {
  /// What the run may take, in bytes; nil where nobody has said.
  var budget: Int?
  /// Worker processes.
  var workers: Int
  /// How many chips a worker gives its network at once.
  var batch: Int
  /// GDAL's block cache of each worker, in MB.
  var cacheMegabytes: Int
  /// What a worker takes at most, in bytes, as reckoned.
  var perWorker: Int
  /// What the command's own process takes at most, in bytes, as reckoned.
  var coordinator: Int
  /// What was made smaller to fit, in words; empty where nothing was.
  var cuts: [String] = []

  /// What all processes take at most, as reckoned.
  var total: Int { coordinator + workers * perWorker }

  /// The block cache that is usual, in MB.
  static let usualCache = 64
  /// The smallest block cache, in MB: a row of blocks of a sheet, and what two chips share.
  static let smallestCache = 24

  /// Shares the budget out: first chips are given singly, then the cache is made smaller, and then
  /// there are fewer workers.
  ///
  /// - Throws: ``InputError/memoryTooSmall(budget:needed:remedy:)`` when a single worker does not fit.
  init(
    budget: Int?, workers: Int, batch: Int, needs: MemoryNeeds
  ) throws(InputError) {
    self.budget = budget
    (self.workers, self.batch, cacheMegabytes) = (workers, batch, Self.usualCache)
    coordinator = needs.coordinator
    perWorker = needs.worker(batch: batch, cacheMegabytes: Self.usualCache)
    guard let budget else { return }
    func fits() -> Bool { total <= budget }
    while !fits(), self.batch > 1 {
      self.batch /= 2
      perWorker = needs.worker(batch: self.batch, cacheMegabytes: cacheMegabytes)
    }
    if self.batch < batch { cuts.append("batch \(self.batch) in place of \(batch)") }
    if !fits() {
      cacheMegabytes = Self.smallestCache
      perWorker = needs.worker(batch: self.batch, cacheMegabytes: cacheMegabytes)
      let spare = (budget - total) / max(1, self.workers) / 1_048_576
      cacheMegabytes = min(Self.usualCache, Self.smallestCache + max(0, spare))
      perWorker = needs.worker(batch: self.batch, cacheMegabytes: cacheMegabytes)
      cuts.append("a block cache of \(cacheMegabytes) MB in place of \(Self.usualCache)")
    }
    if !fits() {
      self.workers = (budget - coordinator) / perWorker
      guard self.workers > 0 else {
        throw .memoryTooSmall(
          budget: budget, needed: coordinator + perWorker, remedy: needs.remedy)
      }
      cuts.append("\(self.workers) worker\(self.workers == 1 ? "" : "s") in place of \(workers)")
    }
  }

  /// What is to be said where more was taken than the budget, by the highest that was measured.
  func excess(workers peak: Int, coordinator: Int) -> [String] {
    guard let budget, coordinator + workers * peak > budget else { return [] }
    return [
      "took up to \((coordinator + workers * peak) / 1_000_000) MB of the \(budget / 1_000_000) MB "
        + "allowed: this is a fault of the program, please report it with plan.json"
    ]
  }

  /// What was chosen, and why, in one line.
  var words: String {
    let each = "\(perWorker / 1_000_000) MB"
    var text =
      "at most \(each) for each of \(workers) worker\(workers == 1 ? "" : "s") (batch \(batch), "
      + "block cache \(cacheMegabytes) MB), \(total / 1_000_000) MB in all"
    if let budget {
      text += " of \(budget / 1_000_000)"
      text += cuts.isEmpty ? ": nothing had to be cut" : ": " + cuts.joined(separator: ", ")
    }
    return text
  }
}

extension MemoryPlan {
  /// Shares the memory out among as many workers as are asked for, or as the machine has processors for.
  init(
    of plan: RunPlan, _ queue: QueueSettings, _ choice: EngineChoice, _ request: MapRequest,
    threads: Int, fastest: Trial.Row?
  ) throws {
    let processors = ProcessInfo.processInfo.activeProcessorCount
    // Another device is one, however many processors feed it.
    let isOnProcessor = choice.openVINO.map { $0.device == "CPU" } ?? true
    let usual = isOnProcessor ? max(processors / threads, 1) : 1
    let side = plan.shards.chips.chip
    let picture = Shape(1, plan.scenes.bandCount, side, side)
    let weights = InputFiles(ofModel: plan.model.path).paths.reduce(0) { sum, path in
      let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size]) as? Int
      return sum + (size ?? 0)
    }
    // OpenVINO does not tell what it will take: a trial does, and else it is guessed from the weights.
    let working =
      choice.engine == .builtin
      ? try choice.builtin?.workingBytes(for: picture) ?? 0
      : fastest.map { Int($0.memory) / max(1, $0.workers) } ?? 400_000_000 + 4 * weights
    try self.init(
      budget: request.memory ?? queue.memory,
      workers: request.workers ?? queue.workers ?? fastest?.workers ?? usual, batch: plan.batch,
      needs: MemoryNeeds(
        of: plan, network: working, weights: weights,
        outputs: plan.model.scheme.channelCount))
  }
}

/// What the processes of a run need, as reckoned from the plan.
///
/// Measured on builds of this program: a process with its libraries takes 75 MB before it does
/// anything; all else is counted from what is allocated.
struct MemoryNeeds {
  /// Bytes of a process that has done nothing yet.
  static let process = 75_000_000

  /// The command's own process.
  let coordinator: Int
  /// A worker between chips.
  private let resting: Int
  /// More for each chip that is given at once.
  private let chip: Int
  /// A worker that joins parts, traces or merges.
  private let joining: Int
  /// What to do where it does not fit.
  let remedy: String

  /// Reckons what a plan needs.
  ///
  /// - Parameters:
  ///   - network: The working memory of the network for one chip, in bytes.
  ///   - weights: The size of the model's file, in bytes.
  ///   - outputs: The channels that the network gives.
  init(of plan: RunPlan, network: Int, weights: Int, outputs: Int) {
    let chips = plan.shards.chips
    let pixels = chips.chip * chips.chip
    let bands = plan.scenes.bandCount
    let side = min(plan.shards.side, max(plan.window.width, plan.window.height))
    let rows = (chips.core / GeoTIFFWriter.block + 2) * GeoTIFFWriter.block
    // A scene that is warped is held in pieces of 2 Mpx, with its places and weights.
    let isWarped = plan.scenes.scenes.contains { $0.warp != nil }
    let warping = isWarped ? 2_097_152 * (8 * bands + 8) : 0
    resting =
      Self.process + 2 * weights + network + pixels * (12 * bands + 8)
      // Where the network looks ahead, two parts are open at a time.
      + rows * side * plan.partLayers.bandCount * (plan.openVINO == nil ? 1 : 2) + warping
      + Self.blending(plan)
    chip = pixels * (4 * (bands + outputs) + 2 + plan.partLayers.bandCount)
    let width = plan.mosaicLayout.sheets.map(\.window.width).max() ?? 0
    let joined = 8 * GeoTIFFWriter.block * width
    let traced =
      plan.footprints.isEmpty ? 0 : 10 * (side + 2 * chips.halo) * (side + 2 * chips.halo)
    joining = Self.process + max(joined, traced)
    coordinator =
      Self.process + 2 * weights + network + 4 * GeoTIFFWriter.block * width
      + plan.scenes.scenes.count * 4_000 + plan.span.count * 200 + 40_000_000
    remedy =
      chips.chip > 512
      ? "give it more, or write `tiling: {chip_px: \(max(256, chips.chip / 2))}`, which is another map"
      : "give it more, or take a smaller model"
  }

  /// The answers that wait to be blended: three rows of a shard's chips and of those around it, with the
  /// probabilities of all classes.
  private static func blending(_ plan: RunPlan) -> Int {
    guard let margin = plan.blend else { return 0 }
    let core = plan.shards.chips.core
    let across = min(plan.shards.side, plan.window.width + 2 * core) / core + 2
    let side = core + 2 * margin
    let layers = plan.model.scheme.published.count + 3 + (plan.tellsProvenance ? 2 : 0)
    return 3 * across * side * side * layers
  }

  /// What a worker takes at most.
  ///
  /// A tenth is added: memory that one stage has given back is not always of use to the next.
  func worker(batch: Int, cacheMegabytes: Int) -> Int {
    max(resting + batch * chip, joining) * 11 / 10 + cacheMegabytes << 20
  }
}

/// Sizes of memory as people write them.
public enum MemorySize {
  /// A size such as `8GB` or `512MB`, in bytes; nil where the text is none.
  ///
  /// Units are those of disks and of the plan: 1 GB is 10⁹ bytes.
  public static func bytes(of text: String) -> Int? {
    let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let units = ["MB": 1e6, "GB": 1e9, "TB": 1e12]
    guard let value = Double(number), value > 0, value < 1e6,
      let unit = units[String(text.dropFirst(number.count))]
    else { return nil }
    return Int(value * unit)
  }
}
