import BuiltinNetworks
import CPlatform
import Foundation
import GeoFiles
import Tensors

/// What this machine offers: what `mapwright doctor` prints.
public struct Doctor: Codable, Sendable {
  /// One finding.
  public struct Finding: Codable, Sendable {
    /// What was looked at.
    public var name: String
    /// What was found.
    public var value: String
    /// Whether it is as it should be.
    public var isGood: Bool
  }

  /// The findings.
  public var findings: [Finding]

  /// Looks at the machine; changes nothing.
  public static func examine() -> Doctor {
    var hasDatabase = true
    do { try OutsideLibraries.start() } catch { hasDatabase = false }
    let free = Int(mw_free_bytes(FileManager.default.currentDirectoryPath))
    let openVINO = OpenVINOPlace.finding
    let memory = ProcessInfo.processInfo.physicalMemory
    return Doctor(findings: [
      Finding(name: "mapwright", value: programVersion, isGood: true),
      Finding(name: "GDAL", value: GDALRuntime.version, isGood: true),
      Finding(
        name: "PROJ database", value: hasDatabase ? "found" : "cannot be used: install proj-data",
        isGood: hasDatabase),
      Finding(name: "engine", value: engine, isGood: true),
      Finding(name: "OpenVINO", value: openVINO.words, isGood: openVINO.isGood),
      Finding(
        name: "processors", value: "\(ProcessInfo.processInfo.activeProcessorCount)", isGood: true),
      Finding(
        name: "memory", value: "\(memory / 1_048_576) MB", isGood: memory >= 1 << 30),
      Finding(name: "free disk here", value: "\(free / 1_048_576) MB", isGood: free >= 1 << 29),
    ])
  }

  /// The built-in engine and what it computes with here.
  private static var engine: String {
    let profile = NumericProfile.builtin
    return "\(profile.engine), \(profile.instructionSet), \(profile.blas) on \(profile.blasCore)"
  }

  /// The machine as `run.json` records it.
  static var machine: [String: String] {
    [
      "system": ProcessInfo.processInfo.operatingSystemVersionString,
      "GDAL": GDALRuntime.version,
      "engine": engine,
    ]
  }

  /// The findings for people.
  public var words: String {
    findings.map {
      "\($0.isGood ? "✓" : "✗") \($0.name.padded(to: 16)) \($0.value)"
    }.joined(separator: "\n")
  }
}
