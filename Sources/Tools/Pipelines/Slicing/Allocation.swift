import Foundation

/// What a scheduler or a container has given this process of its machine.
struct Allocation: Hashable, Sendable {
  /// Cores, at least one.
  var cores: Int
  /// Memory in bytes; nil where nobody has set a bound.
  var memory: Int?

  /// Asks the environment and the kernel.
  ///
  /// - Parameters:
  ///   - environment: The variables of the process.
  ///   - processors: How many processors the process may run on.
  ///   - root: Where `/proc` and `/sys` lie, without a slash at its end.
  init(
    environment: [String: String] = ProcessInfo.processInfo.environment,
    processors: Int = ProcessInfo.processInfo.activeProcessorCount, root: String = ""
  ) {
    let groups = Self.groups(root)
    let slurm = Self.number(environment, "SLURM_CPUS_PER_TASK", "SLURM_CPUS_ON_NODE")
    let quota = groups.compactMap { Self.cores(ofGroup: $0) }.min()
    let bounds = [processors, slurm, quota.map { Int($0) }].compactMap(\.self)
    cores = max(1, bounds.min() ?? 1)
    let perNode = Self.number(environment, "SLURM_MEM_PER_NODE")
    let perCore = Self.number(environment, "SLURM_MEM_PER_CPU").map { $0 * (slurm ?? 1) }
    let megabytes = (perNode ?? perCore).map { $0 << 20 }
    memory = ([megabytes] + groups.map(Self.memory)).compactMap(\.self).min()
  }

  private static func number(_ environment: [String: String], _ names: String...) -> Int? {
    names.compactMap { environment[$0].flatMap { Int($0) } }.first { $0 > 0 }
  }

  /// The control groups that the process is in, from its own outwards.
  private static func groups(_ root: String) -> [String] {
    let text = (try? String(contentsOfFile: "\(root)/proc/self/cgroup", encoding: .utf8)) ?? ""
    return text.split(separator: "\n").flatMap { line -> [String] in
      // `0::/path`, or of the older kind `4:cpu,cpuacct:/path`.
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return [] }
      let controllers = fields[1].isEmpty ? [""] : fields[1].split(separator: ",").map { "/\($0)" }
      var path = fields[2].split(separator: "/")
      var groups: [String] = []
      while true {
        let end = path.map { "/\($0)" }.joined()
        groups += controllers.map { "\(root)/sys/fs/cgroup\($0)\(end)" }
        if path.isEmpty { return groups }
        path.removeLast()
      }
    }
  }

  private static func cores(ofGroup folder: String) -> Double? {
    if let words = words(of: "\(folder)/cpu.max"), words.count == 2,
      let quota = Double(words[0]), let period = Double(words[1]), period > 0
    {
      return max(1, (quota / period).rounded(.down))
    }
    guard let quota = words(of: "\(folder)/cpu.cfs_quota_us")?.first.flatMap({ Double($0) }),
      let period = words(of: "\(folder)/cpu.cfs_period_us")?.first.flatMap({ Double($0) }),
      quota > 0, period > 0
    else { return nil }
    return max(1, (quota / period).rounded(.down))
  }

  private static func memory(ofGroup folder: String) -> Int? {
    let files = ["memory.max", "memory.limit_in_bytes"]
    let found = files.compactMap { words(of: "\(folder)/\($0)")?.first.flatMap { Int($0) } }.first
    // Without a bound the older kind says as much as fits into its number.
    return found.flatMap { $0 > 0 && $0 < 1 << 50 ? $0 : nil }
  }

  private static func words(of file: String) -> [Substring]? {
    (try? String(contentsOfFile: file, encoding: .utf8))?.split { $0 == " " || $0 == "\n" }
  }

  /// The processors that a command with so many workers holds: all that it was given, or, where nobody has
  /// given it a share of the machine, those that it uses.
  ///
  /// - Parameter machine: How many processors the machine has.
  func held(
    workers: Int, threads: Int, of machine: Int = ProcessInfo.processInfo.processorCount
  ) -> Int {
    cores < machine ? cores : min(cores, workers * max(1, threads))
  }

  /// How many workers fit, each with some threads and some memory.
  ///
  /// - Parameters:
  ///   - perWorker: The memory of a worker, in bytes.
  ///   - command: The memory of the command's own process, in bytes.
  func workers(threads: Int, perWorker: Int, command: Int) -> Int {
    let byCores = max(1, cores / max(1, threads))
    guard let memory, perWorker > 0 else { return byCores }
    // One is always tried: what is reckoned is more than what is taken.
    return max(1, min(byCores, (memory - command) / perWorker))
  }
}
