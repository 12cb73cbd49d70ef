import BuiltinNetworks
import Grids
import Imagery
import Inference
import Mosaicking
import OpenVINONetworks
import Tensors
import Testing

@testable import Pipelines

@Suite struct `A fingerprint` {
  private let town = PixelWindow(x: 0, y: 0, width: 1500, height: 1000)

  private func differences(_ change: (inout RunPlan) throws -> Void) throws -> [Difference] {
    let before = try drawnPlan(scenes: [town])
    var after = before
    try change(&after)
    return try Fingerprint(of: before).differences(from: Fingerprint(of: after))
  }

  @Test func `names what changed, and in which group`() throws {
    let changes: [(group: String, field: String, change: (inout RunPlan) throws -> Void)] = [
      ("input", "nodata", { $0.nodata = 0 }),
      (
        "input", "region",
        { $0.region = .init(path: "r", hash: "h", clip: true, margin: 3) }
      ),
      ("scenes", "map", { $0.window = PixelWindow(x: 0, y: 0, width: 9, height: 9) }),
      (
        "grid", "chip", { $0.shards = try ShardLayout(chips: .init(chip: 256, halo: 0), side: 512) }
      ),
      ("model", "model", { $0.model.hash = String(repeating: "1", count: 64) }),
      ("model", "model output", { $0.model.output = "other" }),
      ("model", "model scaling", { $0.model.scaling = PixelScaling(scale: 0.5) }),
      ("model", "model activation", { $0.model.activation = .softmax }),
      ("model", "model classes", { $0.model.scheme.published[1].name = "house" }),
      ("model", "probabilities", { $0.model.layers = [.published(0), .published(1)] }),
      ("numeric", "engine", { $0.numbers.engine = "other" }),
      ("numeric", "BLAS core", { $0.numbers.blasCore = "other" }),
      ("output", "layers", { $0.rasters = [.classes] }),
      ("output", "compression", { $0.packing = "zstd" }),
      ("output", "probability levels", { $0.probabilityLevels = 16 }),
      ("output", "footprints", { $0.footprints = [] }),
      ("output", "name", { $0.name = "other" }),
      ("output", "preview", { $0.drawsPreview = false }),
      ("output", "model name", { $0.model.path = "other.onnx" }),
    ]
    for (group, field, change) in changes {
      let found = try differences(change)
      #expect(
        found.contains { $0.group == group && $0.words.hasPrefix("\(field) was ") },
        "\(field): \(found)")
    }
  }

  @Test func `is the same for what changes no byte`() throws {
    let none = try differences {
      $0.batch = 16
      $0.keepsParts = true
      $0.numbers.instructionSet = "another, with equal bits"
      $0.sources = []
      $0.generation = 7
      $0.shards = try ShardLayout(chips: $0.shards.chips, side: 1024)
    }
    #expect(none == [])
  }

  @Test func `of a run with OpenVINO holds version, device, precision and processor`() throws {
    let before = try drawnPlan(scenes: [town])
    var plan = before
    plan.openVINO = OpenVINOSettings()
    plan.numbers = NumericProfile(
      engine: "OpenVINO 2026.4.1", blas: "not used", blasCore: "not used", instructionSet: "avx512",
      device: "CPU (Xeon)", precision: "f32")
    let changes: [(field: String, change: (inout NumericProfile) -> Void)] = [
      ("engine", { $0.engine = "OpenVINO 2026.5.0" }),
      ("instruction set", { $0.instructionSet = "avx2" }),
      ("device", { $0.device = "GPU (Arc)" }), ("precision", { $0.precision = "bf16" }),
    ]
    for (field, change) in changes {
      var after = plan
      change(&after.numbers)
      let found = try Fingerprint(of: plan).differences(from: Fingerprint(of: after))
      #expect(found.map(\.group) == ["numeric"])
      #expect(found.first?.words.hasPrefix("\(field) was ") == true)
    }
    var streams = plan
    streams.openVINO?.streams = 4
    #expect(try Fingerprint(of: plan).differences(from: Fingerprint(of: streams)) == [])
    let engines = try Fingerprint(of: before).differences(from: Fingerprint(of: plan))
    #expect(engines.contains { $0.words.hasSuffix("is now OpenVINO 2026.4.1") })
  }
}

@Suite struct `Messages over a pipe` {
  @Test(arguments: [1, 2, 3, 7, 100])
  func `are whole lines, however the pipe cuts them`(piece: Int) {
    let text = Array("first\n\nthird is longer\nlast".utf8)
    var buffer = LineBuffer()
    var lines: [String] = []
    for start in stride(from: 0, to: text.count, by: piece) {
      Array(text[start..<min(start + piece, text.count)]).withUnsafeBytes {
        lines += buffer.append($0).map { String(decoding: $0, as: UTF8.self) }
      }
    }

    #expect(lines == ["first", "", "third is longer"])
  }
}
