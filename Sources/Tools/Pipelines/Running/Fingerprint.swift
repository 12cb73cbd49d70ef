import Foundation
import Grids
import Inference
import Mosaicking
import Tensors
import Tiling

/// Everything that changes a pixel or an outline of a run, by name, in the groups that decide what
/// must be done again.
///
/// By content: a model that was renamed in its folder's path, a scene that was touched or copied
/// elsewhere, are the same. Of scenes it holds where they lie; whether their pixels are the same,
/// ``SceneComparison`` tells from the hashes that were taken while they were read.
struct Fingerprint: Hashable, Sendable, Codable {
  /// What is read of the scenes, and where.
  var input: [String: String]
  /// Where the scenes lie.
  var scenes: [String: String]
  /// How the plane is cut.
  var grid: [String: String]
  /// The network, what it is given, and what its answer means.
  var model: [String: String]
  /// What decides the last bits of a result.
  var numeric: [String: String]
  /// What the results are written as.
  var output: [String: String]

  /// Takes the fingerprint of a plan.
  init(of plan: RunPlan) throws {
    input = [
      "bands": plan.scenes.bandNames.joined(separator: " "),
      "nodata": plan.nodata.map { "\($0)" } ?? "as in the scenes",
      "region": plan.region.map {
        "\($0.hash), clip \($0.clip), \($0.margin) px around it"
      } ?? "none",
    ]
    scenes = ["map": try Self.json(plan.window)]
    for scene in plan.unreadable ?? [] {
      scenes["left out \(URL(fileURLWithPath: scene.path).lastPathComponent)"] = scene.reason
    }
    for (index, scene) in plan.scenes.scenes.enumerated() {
      let warp = try scene.warp.map { ", warped by \(try Self.json($0))" } ?? ""
      let mask =
        try scene.mask.map { ", masked by band \($0.band), \(try Self.json($0.clear))" } ?? ""
      let stretch = try scene.stretch.map { ", stretched by \(try Self.json($0.bands))" } ?? ""
      scenes["scene \(index + 1)"] = "at \(scene.window)\(warp)\(mask)\(stretch)"
    }
    if plan.averages == true { input["overlap"] = "averaged" }
    if plan.tellsProvenance { input["provenance"] = "recorded" }
    let blended = plan.blend.map { ", blended over \($0) px" } ?? ""
    grid = [
      "grid": try Self.json(plan.grid),
      "chip": "\(plan.shards.chips.chip) px, halo \(plan.shards.chips.halo) px, trimmed\(blended)",
    ]
    model = [
      "model": plan.model.hash,
      "model output": plan.model.output ?? "first",
      "model scaling": try Self.json(plan.model.scaling),
      "model classes": try Self.json(plan.model.scheme),
      "model activation": plan.model.activation.rawValue,
      "probabilities": try Self.json(plan.model.layers),
    ]
    numeric = Self.numeric(of: plan)
    output = [
      "layers": try Self.json(plan.rasters),
      "compression": plan.packing,
      "probability levels": plan.probabilityLevels.map(String.init) ?? "all",
      "footprints": plan.footprints.isEmpty ? "none" : try Self.json(plan.footprints),
      "name": plan.name,
      "model name": plan.model.label,
      "preview": plan.drawsPreview ? "drawn" : "none",
    ]
  }

  /// What decides the last bits of a plan's results.
  ///
  /// All instruction sets of our own kernels give equal bits, so that they need not agree; OpenVINO's
  /// do not.
  static func numeric(of plan: RunPlan) -> [String: String] {
    let numbers = plan.numbers
    var fields = ["engine": numbers.engine, "BLAS": numbers.blas, "BLAS core": numbers.blasCore]
    if plan.openVINO != nil {
      fields["instruction set"] = numbers.instructionSet
      fields["device"] = numbers.device
      fields["precision"] = numbers.precision
    }
    return fields
  }

  /// The groups, by the names under which the user accepts changes of them.
  var groups: [(name: String, fields: [String: String])] {
    [
      ("input", input), ("scenes", scenes), ("grid", grid), ("model", model),
      ("numeric", numeric), ("output", output),
    ]
  }

  /// The fields in which another fingerprint differs, in words, by group.
  func differences(from wanted: Fingerprint) -> [Difference] {
    zip(groups, wanted.groups).flatMap { before, now in
      Set(before.fields.keys).union(now.fields.keys).sorted().compactMap { field in
        let (old, new) = (before.fields[field], now.fields[field])
        guard old != new else { return nil }
        return Difference(
          group: before.name, words: "\(field) was \(old ?? "absent"), is now \(new ?? "absent")")
      }
    }
  }

  private static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

/// One way in which a run differs from what is asked for.
struct Difference: Hashable, Sendable {
  /// The group of the fingerprint: what would have to be accepted.
  var group: String
  /// What it was, and what it is now.
  var words: String
}

/// What may change of a run that is then done again only as far as it must be.
public enum AcceptedChange: String, CaseIterable, Sendable {
  /// Scenes were added, taken away or altered: the shards that they touch are done again.
  case scenes
  /// Layers, compression, name or footprints: the map is joined or traced again, without inference.
  case output
  /// Engine, device, precision or processor: what is done stands, the rest is computed anew.
  case numeric
}
