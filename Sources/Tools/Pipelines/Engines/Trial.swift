import BuiltinNetworks
import Foundation
import Grids
import OpenVINONetworks
import Tensors
import Tiling

/// What engines and splits of the processors give on this machine, measured: `--trial`.
///
/// A split is a number of worker processes with some threads each. Every one is tried as a run would
/// use it: so many processes, each with a network of its own, at the same time, for about two seconds.
/// Only speed depends on the split, and on the engine the last digits.
public struct Trial: Codable, Sendable {
  /// A way to run the model, and what it gave.
  public struct Row: Codable, Sendable {
    /// `builtin` or `openvino`.
    public var engine: String
    /// Worker processes.
    public var workers: Int
    /// Threads of each.
    public var threads: Int
    /// Chips that each computes at once.
    public var streams: Int
    /// Chips a second, of all workers together.
    public var chipsPerSecond: Double
    /// The memory of all workers together at their peak, in bytes.
    public var memory: Int64

    /// The engine, as pipelines say it.
    var choice: InferenceSettings.Engine? { InferenceSettings.Engine(rawValue: engine) }
  }

  /// What was tried, the fastest first.
  public var rows: [Row]
  /// What could not be tried, and why.
  public var notes: [String]
  /// How many processors the machine had.
  public var processors = ProcessInfo.processInfo.activeProcessorCount

  /// The fastest, unless it was found on a machine with other processors than this.
  var bestHere: Row? {
    processors == ProcessInfo.processInfo.activeProcessorCount ? rows.first : nil
  }

  /// Tries what a pipeline leaves open.
  ///
  /// - Parameters:
  ///   - planner: The plan, for its model and chips.
  ///   - request: What was asked for, where `auto` is still `auto`.
  init(of planner: Planner, request: MapRequest) throws {
    let plan = planner.plan
    let queue = planner.resolved.specification.queue
    let (asked, workers) = (planner.asked, request.workers ?? queue.workers)
    let pictures = planner.choice.opened.network.input.extents.first.flatMap { $0 } ?? 1
    let side = plan.shards.chips.chip
    let shape = Shape(pictures, plan.scenes.bandCount, side, side)
    (rows, notes) = ([], [])
    for (order, count) in Self.orders(planner, asked: asked, workers: workers, shape: shape) {
      do { rows.append(try Self.measure(order, workers: count)) } catch {
        notes.append(
          "\(order.engine) with \(count) × \(order.threads) threads: \(error.cause)")
      }
    }
    rows.sort { $0.chipsPerSecond > $1.chipsPerSecond }
  }

  /// The sensible ways: all processors in use, by as many workers as divide them.
  private static func orders(
    _ planner: Planner, asked: InferenceSettings, workers: Int?, shape: Shape
  ) -> [(order: TrialOrder, workers: Int)] {
    let processors = ProcessInfo.processInfo.activeProcessorCount
    var splits = (1...processors).filter { processors % $0 == 0 }.reversed()
      .map { (workers: $0, threads: processors / $0) }
    if let workers { splits = [(workers, max(processors / workers, 1))] }
    if let threads = asked.threads {
      splits = [(workers ?? max(processors / threads, 1), threads)]
    }
    let isOnProcessor = asked.device == "CPU"
    if !isOnProcessor { splits = [(workers ?? 1, asked.threads ?? 1)] }
    var ways: [(order: TrialOrder, workers: Int)] = []
    func add(_ settings: OpenVINOSettings?, _ split: (workers: Int, threads: Int)) {
      let order = TrialOrder(
        model: planner.plan.model.path, output: planner.plan.model.output, openVINO: settings,
        threads: split.threads, shape: shape)
      ways.append((order, split.workers))
    }
    let isOpen = asked.engine == .auto
    for split in splits where planner.choice.engine == .builtin || isOpen {
      if planner.choice.builtin != nil { add(nil, split) }
    }
    let hasOpenVINO = isOpen && (try? OpenVINOPlace.library()) != nil
    guard planner.choice.engine == .openvino || hasOpenVINO else { return ways }
    var settings = asked.openVINO
    for split in splits {
      add(settings, split)
      guard isOnProcessor, split.threads > 1, asked.streams == 1 else { continue }
      settings.streams = split.threads
      add(settings, split)
      settings.streams = 1
    }
    return ways
  }

  private static func measure(_ order: TrialOrder, workers: Int) throws -> Row {
    let processes = try (0..<workers).map { _ in try TrialProcess(order) }
    defer { processes.forEach { $0.end() } }
    for process in processes { try process.awaitReadiness() }
    for process in processes { process.begin() }
    let outcomes = try processes.map { try $0.outcome() }
    return Row(
      engine: order.engine, workers: workers, threads: order.threads,
      streams: order.openVINO?.streams ?? 1,
      chipsPerSecond: outcomes.reduce(0) { $0 + $1.chipsPerSecond },
      memory: outcomes.reduce(0) { $0 + $1.memory })
  }

  /// The rows as lines for people, and what to write into the pipeline.
  var words: [String] {
    let lines = rows.map { row in
      let split =
        "\(row.workers) × \(row.threads)" + (row.streams > 1 ? ", \(row.streams) streams" : "")
      return row.engine.padded(to: 10) + split.padded(to: 18)
        + String(format: "%6.2f chips/s %7d MB", row.chipsPerSecond, Int(row.memory >> 20))
    }
    var all = lines.enumerated().map { ($0 == 0 ? "trial      " : "           ") + $1 } + notes
    if let best = rows.first {
      let streams = best.streams > 1 ? ", streams: \(best.streams)" : ""
      all.append(
        "fastest    queue: {workers: \(best.workers)}, "
          + "inference: {engine: \(best.engine), threads: \(best.threads)\(streams)}")
    }
    return all
  }
}

extension Trial {
  /// Processor seconds of a chip, by the fastest way that was tried; nil where none was.
  var secondsPerChip: Double? {
    rows.first.map { Double($0.workers * $0.threads) / $0.chipsPerSecond }
  }
}
