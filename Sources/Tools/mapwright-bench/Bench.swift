import BuiltinNetworks
import Foundation
import OpenVINONetworks
import Tensors

/// Measures the engine and runs models on raw tensors, for the scripts in `benchmarks/` and
/// `Tests/`.
@main
struct Bench {
  static let usage = """
    usage: mapwright-bench <verb> …
      run MODEL INPUT OUTPUT --shape 1,3,512,512 [--output NAME] [--openvino PLACE]
          float32 values from INPUT through MODEL to OUTPUT; prints the output's shape
      loop MODEL --shape 1,3,512,512 --openvino PLACE [--threads N] [--streams N] [--chips N]
          so many chips through OpenVINO in PLACE, for every line of input; prints chips a second
      engine MODEL --shape 1,3,512,512 [--rounds N] [--threads N] [--isa NAME]
          CPU-seconds and seconds per run, one line of JSON; with --rounds 0 one round per line of input
      plan MODEL --shape 1,3,512,512 [--rounds N] [--isa NAME]
          the compiled plan, step by step, as JSON: operations, bytes, CPU-seconds as measured and as
          the cost model reckons
      peak [--isa NAME] [--rounds 0]
          what a core can do at most: GFLOP/s of fused multiply-adds, GB/s read; with --rounds 0 the
          first of them at this moment, per line of input
      operators
          the table of claimed operators, as in Documentation/Operators.md
      profile
          what decides the bits of results on this machine

    """

  static func main() {
    do {
      try Bench(Array(CommandLine.arguments.dropFirst())).perform()
    } catch {
      FileHandle.standardError.write(Data("mapwright-bench: \(error)\n".utf8))
      exit(error is Usage ? 64 : 1)
    }
  }

  /// A command line that makes no sense.
  struct Usage: Error, CustomStringConvertible {
    var description: String
  }

  private var positional: [String] = []
  private var options: [String: String] = [:]

  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument.hasPrefix("--") {
        guard let value = rest.popFirst() else { throw Usage(description: Self.usage) }
        options[argument] = value
      } else {
        positional.append(argument)
      }
    }
  }

  func perform() throws {
    switch (positional.first, positional.count) {
    case ("run", 4): try run(positional[1], from: positional[2], to: positional[3])
    case ("loop", 2): try loop(positional[1])
    case ("engine", 2): try measure(positional[1])
    case ("plan", 2): try plan(positional[1])
    case ("peak", 1): try peak()
    case ("operators", 1): print(OperatorTable.markdown, terminator: "")
    case ("profile", 1): print(try json(NumericProfile.builtin))
    default: throw Usage(description: Self.usage)
    }
  }

  private func peak() throws {
    guard options["--rounds"] == "0" else {
      print(try json(MachinePeak(try instructionSet(), clock: cpuSeconds)))
      return
    }
    while readLine() != nil {
      print(MachinePeak.currentGflops(try instructionSet(), clock: cpuSeconds))
      fflush(nil)
    }
  }

  private func shape() throws -> Shape {
    let extents = (options["--shape"] ?? "").split(separator: ",").map { Int($0) }
    guard !extents.isEmpty, !extents.contains(nil) else {
      throw Usage(description: "--shape wants extents such as 1,3,512,512")
    }
    return Shape(extents.compactMap(\.self))
  }

  private func run(_ path: String, from source: String, to target: String) throws {
    let network: any Network =
      options["--openvino"] == nil ? try network(path) : try openVINO(path)
    let shape = try shape()
    let data = try Data(contentsOf: URL(fileURLWithPath: source))
    guard data.count == 4 * shape.count else {
      throw Usage(description: "\(source) holds \(data.count) bytes, not \(4 * shape.count)")
    }
    var values = [Float](repeating: 0, count: shape.count)
    values.withUnsafeMutableBytes { _ = data.copyBytes(to: $0) }
    let outputShape = try network.outputShape(for: shape)
    var results = [Float](repeating: 0, count: outputShape.count)
    var span = results.mutableSpan
    try network.run(values.span, shape: shape, into: &span)
    try results.withUnsafeBytes { Data($0) }.write(to: URL(fileURLWithPath: target))
    print(outputShape.extents.map(String.init).joined(separator: ","))
  }

  /// Prints one measurement per round, so that a script can take turns with other engines.
  private func measure(_ path: String) throws {
    let started = cpuSeconds()
    let network = try network(path)
    let loaded = cpuSeconds() - started
    let shape = try shape()
    var values = [Float](repeating: 0, count: shape.count)
    var state: UInt32 = 1
    for index in values.indices {
      state = state &* 1_664_525 &+ 1_013_904_223
      values[index] = Float(state >> 8) / 8_388_608 - 1
    }
    var results = [Float](repeating: 0, count: try network.outputShape(for: shape).count)
    var span = results.mutableSpan
    try network.run(values.span, shape: shape, into: &span)
    let about = About(
      load_s: loaded, working_MB: try network.workingBytes(for: shape) >> 20,
      gflop: Double(try network.operationCount(for: shape)) / 1e9,
      radius_px: network.receptiveRadius, multiple_px: network.sizeMultiple)
    print(try json(about))
    fflush(nil)
    let rounds = Int(options["--rounds"] ?? "5") ?? 5
    var round = 0
    while rounds > 0 ? round < rounds : readLine() != nil {
      let (start, begin) = (cpuSeconds(), ContinuousClock.now)
      try network.run(values.span, shape: shape, into: &span)
      let (cpu, wall) = (cpuSeconds() - start, (ContinuousClock.now - begin) / .seconds(1))
      print("{\"cpu_s\": \(cpu), \"wall_s\": \(wall)}")
      fflush(nil)
      round += 1
    }
  }

  private func network(_ path: String) throws -> BuiltinNetwork {
    try BuiltinNetwork(
      ModelFile(reading: path), outputNamed: options["--output"],
      threads: Int(options["--threads"] ?? "1") ?? 1, instructionSet: try instructionSet())
  }

  private func openVINO(_ path: String) throws -> OpenVINONetwork {
    try OpenVINONetwork(
      OpenVINOLibrary.find(in: [options["--openvino"] ?? ""], asksLoader: false), reading: path,
      outputNamed: options["--output"],
      settings: OpenVINOSettings(streams: Int(options["--streams"] ?? "1") ?? 1),
      threads: Int(options["--threads"] ?? "1") ?? 1)
  }

  /// Computes chips as a worker does, without reading them: all slots of the network are in use.
  private func loop(_ path: String) throws {
    let network = try openVINO(path)
    let shape = try shape()
    let chips = Int(options["--chips"] ?? "8") ?? 8
    let values = (0..<shape.count).map { Float(($0 &* 7919) % 255) / 255 }
    _ = try network.computeRepeatedly(values, shape: shape) { $0 < 3 }
    print("ready")
    fflush(nil)
    while readLine() != nil {
      let begin = ContinuousClock.now
      let count = try network.computeRepeatedly(values, shape: shape) {
        $0 + network.slots <= chips
      }
      print(Double(count) / ((ContinuousClock.now - begin) / .seconds(1)))
      fflush(nil)
    }
  }

  private func instructionSet() throws -> InstructionSet? {
    guard let name = options["--isa"] else { return nil }
    guard let set = InstructionSet(rawValue: name), InstructionSet.available.contains(set) else {
      let known = InstructionSet.available.map(\.rawValue).joined(separator: ", ")
      throw Usage(description: "--isa takes one of \(known) here")
    }
    return set
  }

  private func plan(_ path: String) throws {
    let report = try network(path).planReport(
      for: try shape(), rounds: Int(options["--rounds"] ?? "5") ?? 5, clock: cpuSeconds)
    let model = CostModel(
      gflops: MachinePeak.currentGflops(try instructionSet(), clock: cpuSeconds))
    print(
      try json(
        PlanLines(
          call_s: report.callSeconds,
          steps: report.steps.map { PlanLine($0, reckoned: model.seconds(of: $0)) })))
  }

  /// A plan, as scripts read it.
  private struct PlanLines: Encodable {
    var call_s: Double?
    var steps: [PlanLine]
  }

  /// A step of a plan, as scripts read it.
  private struct PlanLine: Encodable {
    var stage: Int
    var step: String
    var kernel: String
    var shape: [Int]
    var bands: Int
    var flop: Int
    var bytes: Int
    var cpu_s: Double?
    var reckoned_s: Double

    init(_ step: PlanReport.Step, reckoned: Double) {
      reckoned_s = reckoned
      (stage, self.step, kernel) = (step.stage, step.label, step.kernel)
      (shape, bands) = (step.shape.extents, step.bands)
      (flop, bytes, cpu_s) = (step.operationCount, step.bytes, step.seconds)
    }
  }

  private struct About: Encodable {
    var load_s: Double
    var working_MB: Int
    var gflop: Double
    var radius_px: Int?
    var multiple_px: Int
  }

  private func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

/// The processor time this process has used, in seconds.
private func cpuSeconds() -> Double {
  var usage = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &usage)
  return Double(usage.tv_sec) + Double(usage.tv_nsec) / 1e9
}
