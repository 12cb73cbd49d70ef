import Foundation

/// The energy that the processors of this machine took, as the kernel counts it (RAPL).
///
/// Everything that runs on the machine is counted, not this program alone. Where the kernel lets only
/// root read the counters, or there are none, nothing is measured.
///
/// Source: https://www.kernel.org/doc/html/latest/power/powercap/powercap.html.
struct EnergyMeter {
  /// Where the kernel shows its counters.
  static let usualRoot = "/sys/class/powercap"

  /// A package of processors: its counter runs over at its range.
  private struct Zone {
    let counter: String
    let range: Double
    var last: Double
  }

  /// The energy since the meter was made, in J; nil where nothing is measured.
  var joules: Double? { zones.isEmpty ? nil : microjoules / 1e6 }

  private var zones: [Zone] = []
  private var microjoules = 0.0

  /// Begins to measure.
  ///
  /// - Parameter root: The folder with a folder `intel-rapl:n` for every package.
  init(root: String = usualRoot) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    // Zones of a zone (`intel-rapl:0:1`) are part of it.
    for name in names.sorted() where name.wholeMatch(of: /(intel|amd)-rapl:\d+/) != nil {
      let counter = "\(root)/\(name)/energy_uj"
      guard let last = Self.number(counter),
        let range = Self.number("\(root)/\(name)/max_energy_range_uj")
      else { continue }
      zones.append(Zone(counter: counter, range: range, last: last))
    }
  }

  /// Reads the counters; to be called more often than they run over, which takes some minutes at
  /// least.
  mutating func read() {
    for index in zones.indices {
      guard let now = Self.number(zones[index].counter) else { continue }
      let step = now - zones[index].last
      microjoules += step >= 0 ? step : step + zones[index].range
      zones[index].last = now
    }
  }

  private static func number(_ path: String) -> Double? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    return Double(text.trimmingCharacters(in: .whitespacesAndNewlines))
  }
}
