import Foundation
import GeoFiles
import Grids

/// Draws the sample region: five scenes and the truth about them.
///
///     draw-sample FOLDER            writes them there
///     draw-sample --check FOLDER    draws again and compares; status 1 when anything differs
@main
struct DrawSample {
  static func main() throws {
    var words = Array(CommandLine.arguments.dropFirst())
    let isCheck = words.first == "--check"
    if isCheck { words.removeFirst() }
    guard words.count == 1, let folder = words.first, !folder.hasPrefix("-") else {
      print("usage: draw-sample [--check] FOLDER")
      exit(64)
    }
    GDALRuntime.start()
    let differing = try isCheck ? differences(in: folder) : draw(into: folder)
    for path in differing { print("\(path) is not what the generator draws") }
    if !differing.isEmpty { exit(1) }
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
