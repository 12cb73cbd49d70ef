import Foundation
import TestSupport
import Testing

@testable import Pipelines

@Suite struct `What a task has of its machine` {
  private let root: TemporaryFolder

  init() throws { root = try TemporaryFolder() }

  private func write(_ text: String, to name: String) throws {
    let file = root.url.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  private func allocation(_ environment: [String: String] = [:], processors: Int = 64) -> Allocation
  {
    Allocation(environment: environment, processors: processors, root: root.url.path)
  }

  @Test func `is the machine where nobody sets a bound`() {
    let whole = allocation()
    #expect(whole.cores == 64 && whole.memory == nil)
  }

  @Test func `is what Slurm says, as far as the process may use it`() {
    let variables = ["SLURM_CPUS_PER_TASK": "4", "SLURM_MEM_PER_CPU": "1000"]
    #expect(allocation(variables).cores == 4)
    #expect(allocation(variables).memory == 4000 << 20)
    #expect(allocation(variables, processors: 2).cores == 2)
    #expect(allocation(["SLURM_CPUS_ON_NODE": "3", "SLURM_MEM_PER_NODE": "900"]).cores == 3)
    #expect(allocation(["SLURM_MEM_PER_NODE": "900"]).memory == 900 << 20)
    #expect(allocation(["SLURM_CPUS_PER_TASK": ""]).cores == 64)
  }

  @Test func `is what the control groups around it leave`() throws {
    try write("0::/pods/task\n", to: "proc/self/cgroup")
    try write("max 100000\n", to: "sys/fs/cgroup/pods/task/cpu.max")
    try write("250000 100000\n", to: "sys/fs/cgroup/pods/cpu.max")
    try write("max\n", to: "sys/fs/cgroup/pods/task/memory.max")
    try write("2000000000\n", to: "sys/fs/cgroup/memory.max")
    #expect(allocation().cores == 2)
    #expect(allocation().memory == 2_000_000_000)
  }

  @Test func `is what control groups of the older kind leave`() throws {
    try write("4:cpu,cpuacct:/task\n9:memory:/task\n1:name=systemd:/x\n", to: "proc/self/cgroup")
    try write("-1\n", to: "sys/fs/cgroup/cpu/cpu.cfs_quota_us")
    try write("100000\n", to: "sys/fs/cgroup/cpu/cpu.cfs_period_us")
    try write("50000\n", to: "sys/fs/cgroup/cpu/task/cpu.cfs_quota_us")
    try write("100000\n", to: "sys/fs/cgroup/cpu/task/cpu.cfs_period_us")
    try write("9223372036854771712\n", to: "sys/fs/cgroup/memory/memory.limit_in_bytes")
    try write("700000000\n", to: "sys/fs/cgroup/memory/task/memory.limit_in_bytes")
    #expect(allocation().cores == 1, "half a core is one worker")
    #expect(allocation().memory == 700_000_000)
  }

  @Test func `has room for as many workers as cores and memory allow, and for one always`() {
    var task = allocation(["SLURM_CPUS_PER_TASK": "8"])
    #expect(task.workers(threads: 1, perWorker: 500, command: 100) == 8)
    #expect(task.workers(threads: 4, perWorker: 500, command: 100) == 2)
    #expect(task.workers(threads: 16, perWorker: 500, command: 100) == 1)
    task.memory = 1700
    #expect(task.workers(threads: 1, perWorker: 500, command: 100) == 3)
    task.memory = 200
    #expect(task.workers(threads: 1, perWorker: 500, command: 100) == 1)
  }
}
