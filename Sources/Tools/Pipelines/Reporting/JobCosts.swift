import Foundation

/// What a job took on all machines together, slices and what joined them.
public struct JobCosts: Hashable, Sendable, Codable {
  /// Attempts at slices that told what they took.
  public var attempts = 0
  /// Shards by attempts that were killed before they could tell: only what their records say is counted.
  public var untoldShards = 0
  /// Hours of processors that were held.
  public var coreHours = 0.0
  /// Hours that processes used of them.
  public var cpuHours = 0.0
  /// Bytes that workers read of files, scenes above all; nil where the kernel does not count.
  public var bytesRead: Int? = 0
  /// Bytes of the parts that were made.
  public var bytesWritten = 0
  /// Bytes that went to the job's place.
  public var bytesSent = 0
  /// Bytes that came from the job's place.
  public var bytesBrought = 0
  /// What the machines' processors took meanwhile, in kWh; nil where no attempt could measure it.
  public var kilowattHours: Double?
  /// Attempts that could not measure it.
  public var unmeasured = 0
  /// The ground that was mapped, in km².
  public var squareKilometers: Double?
  /// What an hour of one core costs.
  public var pricePerCoreHour: Double?
  /// What the hours of processors cost; nil where no price was given.
  public var price: Double?
  /// What a square kilometre cost; nil where no price was given.
  public var pricePerSquareKilometer: Double?

  /// Adds up what slices took.
  ///
  /// - Parameters:
  ///   - records: All commit records.
  ///   - slices: What attempts have noted.
  init(of records: [CommitRecord], _ slices: [SliceCosts]) {
    for slice in slices { add(slice) }
    let told = Set(slices.flatMap { slice in slice.shards.map { "\(slice.stage) \($0)" } })
    for record in records where !told.contains("\(record.stage) \(record.shard)") {
      add(untold: record.costs)
    }
  }

  /// Adds what a command took that joined the parts, or began to.
  ///
  /// - Parameters:
  ///   - run: What its coordinator has counted.
  ///   - cores: The processors that it held.
  ///   - commandSeconds: Time of the command itself on processors, in s.
  mutating func add(_ run: RunCosts, cores: Int, commandSeconds: Double) {
    add(seconds: run.seconds, cores: cores)
    cpuHours += (commandSeconds + run.stages.values.reduce(0) { $0 + $1.cpuSeconds }) / 3600
    add(joules: run.joules)
  }

  /// Reckons the money.
  ///
  /// - Parameters:
  ///   - squareKilometers: The ground that was mapped.
  ///   - pricePerCoreHour: What an hour of one core costs; what was said before when nil.
  mutating func settle(squareKilometers: Double?, pricePerCoreHour: Double? = nil) {
    self.squareKilometers = squareKilometers
    if let pricePerCoreHour { self.pricePerCoreHour = pricePerCoreHour }
    price = self.pricePerCoreHour.map { $0 * coreHours }
    guard let price, let squareKilometers, squareKilometers > 0 else { return }
    pricePerSquareKilometer = price / squareKilometers
  }

  private mutating func add(_ slice: SliceCosts) {
    attempts += 1
    add(seconds: slice.seconds, cores: slice.cores)
    cpuHours += slice.cpuSeconds / 3600
    add(read: slice.bytesRead)
    bytesWritten += slice.bytesWritten
    bytesSent += slice.bytesSent
    bytesBrought += slice.bytesBrought
    add(joules: slice.joules)
  }

  /// A worker had a shard on a core of its own.
  private mutating func add(untold costs: CommitRecord.Costs) {
    untoldShards += 1
    add(seconds: costs.seconds, cores: 1)
    cpuHours += costs.cpuSeconds / 3600
    add(read: costs.bytesRead)
    bytesWritten += costs.bytesWritten
    bytesSent += costs.bytesWritten
    if let joules = costs.joules { add(joules: joules) }
  }

  private mutating func add(seconds: Double, cores: Int) {
    coreHours += seconds * Double(cores) / 3600
  }

  private mutating func add(read bytes: Int?) {
    bytesRead = bytes.flatMap { bytes in bytesRead.map { $0 + bytes } }
  }

  private mutating func add(joules: Double?) {
    guard let joules else { return unmeasured += 1 }
    kilowattHours = (kilowattHours ?? 0) + joules / 3.6e6
  }
}

extension JobCosts {
  /// What it took, each thing with its name, for people.
  var rows: [(name: String, words: String)] {
    var rows: [(name: String, words: String)] = [
      (
        "core-hours",
        String(format: "%.3g held, %.3g used", coreHours, cpuHours)
          + (untoldShards > 0
            ? "; of \(untoldShards) shards only what their records say, their slices were killed"
            : "")
      ),
      ("energy", energyWords),
      (
        "bytes",
        (bytesRead.map { "\(Self.size($0)) read of files, " } ?? "")
          + "\(Self.size(bytesWritten)) of parts, \(Self.size(bytesSent)) to the job, "
          + "\(Self.size(bytesBrought)) from it"
      ),
    ]
    if let price, let pricePerCoreHour {
      rows.append(
        (
          "money",
          String(format: "%.3g at %.3g a core-hour", price, pricePerCoreHour)
            + (pricePerSquareKilometer.map { String(format: ", %.3g a km²", $0) } ?? "")
        ))
    }
    return rows
  }

  private var energyWords: String {
    guard let kilowattHours else { return "not measurable here" }
    let missing = unmeasured > 0 ? "; \(unmeasured) could not measure it" : ""
    return String(format: "%.3g kWh", kilowattHours)
      + " of the machines' processors, whatever else they did counted in\(missing)"
  }

  private static func size(_ bytes: Int) -> String {
    switch Double(bytes) {
    case ..<1e6: String(format: "%.1f kB", Double(bytes) / 1e3)
    case ..<1e9: String(format: "%.1f MB", Double(bytes) / 1e6)
    default: String(format: "%.1f GB", Double(bytes) / 1e9)
    }
  }
}
