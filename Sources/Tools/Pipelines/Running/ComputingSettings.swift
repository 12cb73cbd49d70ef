import BuiltinNetworks

/// How a worker computes, handed down on its command line: it shows in speed and memory, in no bit.
public struct ComputingSettings: Hashable, Sendable {
  /// How many threads share a chip.
  public var threads: Int
  /// GDAL's block cache, in MB.
  public var cacheMegabytes: Int
  /// The name of what to compute with; nil takes the widest the processor has.
  public var isa: String?

  /// Makes settings; what is left out has its default.
  public init(threads: Int = 1, cacheMegabytes: Int = 64, isa: String? = nil) {
    self.threads = threads
    self.cacheMegabytes = cacheMegabytes
    self.isa = isa
  }

  /// The instruction sets that this machine's processor has, the widest last.
  public static var instructionSets: [String] { InstructionSet.available.map(\.rawValue) }

  /// What to compute with; nil takes the widest the processor has.
  var instructionSet: InstructionSet? { isa.flatMap(InstructionSet.init) }

  /// The settings as a worker's arguments.
  var arguments: [String] {
    ["--threads", "\(threads)", "--cache", "\(cacheMegabytes)"] + (isa.map { ["--isa", $0] } ?? [])
  }
}
