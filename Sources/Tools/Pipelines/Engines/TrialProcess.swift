import CPlatform
import Foundation
import OpenVINONetworks
import Tensors

/// What a process of a trial is told: one network, and the picture it is to compute.
struct TrialOrder: Codable {
  /// The model, absolute.
  var model: String
  /// The output to compute.
  var output: String?
  /// How OpenVINO computes; nil asks for the built-in engine.
  var openVINO: OpenVINOSettings?
  /// Threads of the process.
  var threads: Int
  /// The extents of one picture.
  var shape: Shape

  /// The engine, as pipelines name it.
  var engine: String { openVINO == nil ? "builtin" : "openvino" }
}

/// What a process of a trial tells.
struct TrialOutcome: Codable {
  /// Chips a second.
  var chipsPerSecond: Double
  /// Memory at its peak, in bytes.
  var memory: Int64
}

/// A process that computes for a trial, as the command sees it.
final class TrialProcess {
  /// A process that ended without an answer, with its last words.
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private let errors = Pipe()

  /// Starts a process, which prepares its network.
  init(_ order: TrialOrder) throws {
    let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let text = String(decoding: try JSONEncoder().encode(order), as: UTF8.self)
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = ["try", text]
    process.standardInput = input
    process.standardOutput = output
    process.standardError = errors
    try process.run()
  }

  /// Waits until the network has computed once.
  func awaitReadiness() throws { _ = try line() }

  /// Lets it compute.
  func begin() { input.fileHandleForWriting.write(Data("\n".utf8)) }

  /// What it gave.
  func outcome() throws -> TrialOutcome {
    try JSONDecoder().decode(TrialOutcome.self, from: line())
  }

  /// Ends the process, whatever it does.
  func end() {
    try? input.fileHandleForWriting.close()
    process.terminate()
    process.waitUntilExit()
  }

  private func line() throws -> Data {
    var line = Data()
    while true {
      let byte = output.fileHandleForReading.readData(ofLength: 1)
      if byte == Data("\n".utf8) { return line }
      guard !byte.isEmpty else {
        let words = errors.fileHandleForReading.readDataToEndOfFile()
        throw Failure(description: String(decoding: words, as: UTF8.self))
      }
      line += byte
    }
  }
}

/// The other side: what a process of a trial does, for the hidden verb `try`.
public enum TrialWork {
  /// How long a trial computes at least.
  private static let duration = Duration.seconds(2)

  /// Prepares the network, says so, computes when told to, and tells how much.
  ///
  /// - Parameter text: A ``TrialOrder`` as JSON.
  public static func run(_ text: String) throws {
    let order = try JSONDecoder().decode(TrialOrder.self, from: Data(text.utf8))
    let opened =
      if let settings = order.openVINO {
        try OpenedNetwork.byOpenVINO(
          order.model, output: order.output, settings, threads: order.threads)
      } else {
        try OpenedNetwork.byBuiltin(
          order.model, output: order.output, computing: ComputingSettings(threads: order.threads))
      }
    let picture = (0..<order.shape.count).map { Float(($0 &* 7919) % 255) / 255 }
    func compute(_ goesOn: (Int) -> Bool) throws -> Int {
      try opened.network.computeRepeatedly(picture, shape: order.shape, while: goesOn)
    }
    _ = try compute { _ in false }
    print("ready")
    fflush(nil)
    guard readLine() != nil else { return }
    let start = ContinuousClock.now
    let count = try compute { _ in ContinuousClock.now - start < duration }
    let seconds = (ContinuousClock.now - start).seconds
    let outcome = TrialOutcome(
      chipsPerSecond: Double(count) / seconds, memory: Int64(mw_peak_memory()))
    print(String(decoding: try JSONEncoder().encode(outcome), as: UTF8.self))
  }
}
