import Foundation
import TestSupport
import Testing

@testable import Pipelines

@Suite struct `The energy of the processors` {
  private let root: TemporaryFolder

  init() throws { root = try TemporaryFolder() }

  private func write(_ zone: String, _ name: String, _ number: Int) throws {
    let folder = root.url.appending(path: zone)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data("\(number)\n".utf8).write(to: folder.appending(path: name))
  }

  @Test func `is that of all packages, each counted once, over the end of their range`() throws {
    for (zone, energy) in [("intel-rapl:0", 900_000), ("intel-rapl:1", 5), ("intel-rapl:0:0", 7)] {
      try write(zone, "energy_uj", energy)
      try write(zone, "max_energy_range_uj", 1_000_000)
    }
    var meter = EnergyMeter(root: root.url.path)
    #expect(meter.joules == 0)
    try write("intel-rapl:0", "energy_uj", 400_000)
    try write("intel-rapl:1", "energy_uj", 250_005)
    try write("intel-rapl:0:0", "energy_uj", 900_000)
    meter.read()
    #expect(meter.joules == 0.75)
    meter.read()
    #expect(meter.joules == 0.75)
  }

  @Test func `is not known where the kernel does not tell`() throws {
    try write("intel-rapl:0", "name", 0)
    var meter = EnergyMeter(root: root.url.path)
    meter.read()
    #expect(meter.joules == nil)
    #expect(EnergyMeter(root: root.path("nowhere")).joules == nil)
  }
}
