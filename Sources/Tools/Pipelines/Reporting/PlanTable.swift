import BuiltinNetworks
import Foundation
import Tensors

/// A model's compiled plan as a table: what `mapwright inspect MODEL --plan` prints.
public struct PlanTable: Encodable, Sendable {
  /// A step as a row.
  public struct Row: Encodable, Sendable {
    /// The stage: steps of one stage run in turns, band by band.
    public var stage: Int
    /// The node's name and operator.
    public var step: String
    /// The way it is computed.
    public var kernel: String
    /// The shape of its output.
    public var output: [Int]
    /// Into how many bands it is cut.
    public var bands: Int
    /// How many rows of its output are kept at a time.
    public var keptRows: Int
    /// Billions of floating-point operations.
    public var gflop: Double
    /// Pictures and weights read and written, in millions of bytes.
    public var megabytes: Double
    /// Processor time, in milliseconds.
    public var milliseconds: Double
  }

  /// The model.
  public var model: String
  /// The side of the chip, in pixels.
  public var chip_px: Int
  /// The working memory, in millions of bytes.
  public var workingMegabytes: Double
  /// The steps, in the order in which they first run.
  public var rows: [Row]

  /// Compiles a model for a chip and times every step on this machine.
  ///
  /// - Parameters:
  ///   - path: An ONNX model.
  ///   - side: The side of the chip, in pixels.
  /// - Throws: ``NetworkError`` where the model cannot be read or does not take the chip.
  public init(of path: String, side: Int) throws {
    let network = try BuiltinNetwork(ModelFile.read(path))
    let extents = network.input.extents
    let shape = Shape(
      extents.enumerated().map { axis, extent in extent ?? (axis == 0 ? 1 : axis == 1 ? 3 : side) })
    let report = try network.planReport(for: shape, rounds: 5, clock: processorSeconds)
    (model, chip_px) = (path, shape.extents.last ?? side)
    workingMegabytes = Double(report.workingBytes) / 1e6
    rows = report.steps.map { step in
      Row(
        stage: step.stage, step: step.label, kernel: step.kernel, output: step.shape.extents,
        bands: step.bands, keptRows: step.keptRows, gflop: Double(step.operationCount) / 1e9,
        megabytes: Double(step.bytes) / 1e6, milliseconds: (step.seconds ?? 0) * 1e3)
    }
  }

  /// The table for people.
  public var words: String {
    let total = rows.reduce(0) { $0 + $1.milliseconds }
    let gflop = rows.reduce(0) { $0 + $1.gflop }
    let header = "stage  step                      kernel        output              bands  rows"
    let lines = rows.map { row in
      let output = row.output.map(String.init).joined(separator: "×")
      let figures = String(
        format: "%7.3f %7.1f %8.2f %8.0f", row.gflop, row.megabytes, row.milliseconds,
        row.gflop / max(row.milliseconds, 1e-6) * 1e3)
      return "\(row.stage)".padded(to: 7) + String(row.step.suffix(25)).padded(to: 26)
        + String(row.kernel.prefix(13)).padded(to: 14) + output.padded(to: 20)
        + "\(row.bands)".padded(to: 7) + "\(row.keptRows)".padded(to: 6) + figures
    }
    let sum = String(
      format: "%.1f GFLOP in %.1f ms, %.0f GFLOP/s; %.0f MB of working memory", gflop, total,
      gflop / max(total, 1e-6) * 1e3, workingMegabytes)
    return
      ([
        "\(model), chips of \(chip_px) px, one thread",
        header + "    GFLOP      MB       ms  GFLOP/s",
      ]
      + lines + [sum]).joined(separator: "\n")
  }
}

/// The processor time this process has used, in seconds.
func processorSeconds() -> Double {
  var usage = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &usage)
  return Double(usage.tv_sec) + Double(usage.tv_nsec) / 1e9
}
