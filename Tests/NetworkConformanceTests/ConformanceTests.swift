import BuiltinNetworks
import Foundation
import Tensors
import Testing

/// The folder that holds Package.swift.
private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent()

/// The models kept beside the repository, by path.
private let models: [String] = {
  let shared = root.appendingPathComponent("../shared").standardized
  let folders = [
    shared.appendingPathComponent("models"), shared.appendingPathComponent("data/models"),
  ]
  return folders.flatMap { folder in
    (FileManager.default.enumerator(atPath: folder.path)?.allObjects ?? [])
      .compactMap { $0 as? String }.filter { $0.hasSuffix(".onnx") }
      .map { folder.appendingPathComponent($0).path }
  }.sorted()
}()

/// What every engine promises, checked on every model at hand.
@Suite(
  "every engine agrees with the reference",
  .enabled(if: !models.isEmpty, "../shared holds no models"), .serialized)
struct ConformanceTests {
  /// The engines under test.
  private func engines(_ model: ModelFile) throws -> [(name: String, network: any Network)] {
    try [Engine.builtin, .openVINO].filter(Engine.available.contains).map {
      ($0.rawValue, try $0.open(model.path))
    }
  }

  /// A small shape that a network takes.
  private func shape(_ network: any Network, batch: Int = 1) -> Shape {
    let free = (32 + network.sizeMultiple - 1) / network.sizeMultiple * network.sizeMultiple
    var extents = network.input.extents.map { $0 ?? free }
    extents[0] = network.input.extents[0] ?? batch
    return Shape(extents)
  }

  private func run(_ network: any Network, _ x: [Float], _ shape: Shape) throws -> [Float] {
    try network.map(of: x, shape)
  }

  @Test("on values: |a − b| ≤ 1e-4 · max(1, |b|)", arguments: models)
  func values(_ path: String) throws {
    let model = try ModelFile(reading: path)
    let reference = try ReferenceNetwork(model)
    let shape = shape(reference)
    // The reference takes minutes over a large picture.
    guard shape.count <= 3 * 64 * 64 else { return }
    let x = drawnPicture(shape.count)
    let expected = try run(reference, x, shape)
    for (name, network) in try engines(model) {
      let got = try run(network, x, shape)
      #expect(got.count == expected.count)
      #expect(
        zip(got, expected).allSatisfy { abs($0 - $1) <= 1e-4 * max(1, abs($1)) },
        "\(name): \(path)")
    }
  }

  @Test(
    "on shapes: what is told is what is given, and a second run gives the same bits",
    arguments: models)
  func shapes(_ path: String) throws {
    let model = try ModelFile(reading: path)
    for (name, network) in try engines(model) {
      let shape = shape(network)
      let x = drawnPicture(shape.count)
      let first = try run(network, x, shape)
      #expect(!first.contains { $0.isNaN }, "\(name): \(path)")
      #expect(try run(network, x, shape) == first, "\(name): \(path)")
      #expect(try network.outputShape(for: shape).rank == network.output.extents.count)
    }
  }

  @Test("on reach: what is farther than the radius changes only roundings", arguments: models)
  func reach(_ path: String) throws {
    let model = try ModelFile(reading: path)
    for (name, network) in try engines(model) {
      guard let radius = network.receptiveRadius, network.input.extents.count == 4,
        network.input.extents[2] == nil, network.input.extents[3] == nil
      else { continue }
      let step = network.sizeMultiple
      let side = (radius + 40 + step - 1) / step * step
      let shape = Shape([1, network.input.extents[1] ?? 3, 2 * step, side])
      let x = drawnPicture(shape.count)
      var changed = x
      // Another last column: everything left of it by more than the radius has to stay.
      for row in 0..<shape.count / side { changed[row * side + side - 1] += 1 }
      let (before, after) = (try run(network, x, shape), try run(network, changed, shape))
      let width = try network.outputShape(for: shape)[3]
      guard width == side else { continue }
      // A pixel of a tile rounds with its neighbours of the tile, whether it sees them or not.
      let rounding = (before.map(abs).max() ?? 0) * 1e-5
      let farthest = before.indices.filter { abs(before[$0] - after[$0]) > rounding }
        .map { side - 1 - $0 % side }.max()
      #expect(farthest ?? 0 <= radius, "\(name): \(path)")
    }
  }
}
