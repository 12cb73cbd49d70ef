import Foundation
import GeoFiles
import Grids

/// Draws the sample region: five scenes and the truth about them.
///
///     draw-sample FOLDER            writes them there
///     draw-sample --check FOLDER    draws again and compares; status 1 when anything differs
///     draw-sample --training COUNT FOLDER [--seed N]
///                                   draws other towns with labels, for networks to learn from
///     draw-sample --country COLUMNS ROWS SIDE FOLDER
///                                   draws a country of many scenes, to measure runs by
@main
struct DrawSample {
  static func main() async throws {
    var words = Array(CommandLine.arguments.dropFirst())
    let verb = words.first?.hasPrefix("--") == true ? words.removeFirst() : ""
    GDALRuntime.start()
    switch (verb, words.count) {
    case ("", 1): report(try draw(into: words[0]))
    case ("--check", 1): report(try differences(in: words[0]))
    case ("--training", 2), ("--training", 4):
      guard let count = Int(words[0]), count > 0 else { explain() }
      guard words.count == 2 || words[2] == "--seed" else { explain() }
      guard let seed = words.count == 2 ? 1 : UInt64(words[3]) else { explain() }
      try await drawTowns(count, into: words[1], seed: seed)
    case ("--country", 4):
      let numbers = words.prefix(3).compactMap { Int($0) }.filter { $0 > 0 }
      guard numbers.count == 3, numbers[2] >= 64 else { explain() }
      try Country(columns: numbers[0], rows: numbers[1], side: numbers[2]).write(into: words[3])
    default: explain()
    }
  }

  private static func explain() -> Never {
    print("usage: draw-sample [--check] FOLDER")
    print("       draw-sample --training COUNT FOLDER [--seed N]")
    print("       draw-sample --country COLUMNS ROWS SIDE FOLDER")
    exit(64)
  }

  private static func report(_ differing: [String]) {
    for path in differing { print("\(path) is not what the generator draws") }
    if !differing.isEmpty { exit(1) }
  }

  /// Draws other towns, as many at a time as the machine has processors.
  private static func drawTowns(_ count: Int, into folder: String, seed: UInt64) async throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let atOnce = ProcessInfo.processInfo.activeProcessorCount
    try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 1...count {
        if number > atOnce, let done = try await group.next() { print("drew town \(done)") }
        group.addTask {
          try TrainingTown(number: number, seed: seed).write(into: folder)
          return number
        }
      }
      for try await done in group { print("drew town \(done)") }
    }
  }

  /// Writes everything.
  private static func draw(into folder: String) throws -> [String] {
    let town = SampleRegion.town()
    for scene in SampleRegion.all {
      let file = SceneFile(scene, in: folder)
      try file.write(scene.picture(of: town, in: scene.window))
      print("drew \(file.path)")
    }
    for (name, text) in try texts(about: town) {
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
      print("wrote \(folder)/\(name)")
    }
    return []
  }

  /// Draws everything again and answers the files that hold something else.
  private static func differences(in folder: String) throws -> [String] {
    let town = SampleRegion.town()
    var differing: [String] = []
    for scene in SampleRegion.all {
      let file = SceneFile(scene, in: folder)
      let picture = scene.picture(of: town, in: scene.window)
      if try !file.holds(picture) { differing.append(file.path) }
    }
    for (name, text) in try texts(about: town) {
      let path = "\(folder)/\(name)"
      if try Data(contentsOf: URL(fileURLWithPath: path)) != Data(text.utf8) {
        differing.append(path)
      }
    }
    if differing.isEmpty { print("\(folder) holds what the generator draws") }
    return differing
  }

  /// The truth about a town, file by file.
  static func texts(about town: Town) throws -> [(name: String, text: String)] {
    let converter = try CoordinateConverter(
      from: CoordinateReference(definition: SampleRegion.crs), to: .wgs84)
    let truth = Truth(town: town, convert: converter.convert)
    return [
      ("truth.geojson", try truth.buildings()), ("truth-other.geojson", try truth.others()),
    ]
  }
}
