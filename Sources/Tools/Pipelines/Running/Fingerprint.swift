import BuiltinNetworks
import Checksums
import Foundation
import Grids
import Imagery
import Inference
import Mosaicking
import Tiling

/// Everything that changes a pixel or an outline of a run, by name.
///
/// By content: a scene that was touched, or copied elsewhere, is the same scene. Whether a scene was
/// altered is first told by its size and time; only if those differ is it hashed again.
struct Fingerprint {
  /// The fields, for comparison.
  let fields: [String: String]
  /// The scenes, as they were hashed.
  let scenes: [RunRecord.SourceFile]

  /// Takes the fingerprint of a plan.
  ///
  /// - Parameter known: Scenes hashed before.
  /// - Complexity: Reads scenes that are not known once; constant memory.
  init(_ planner: Planner, knowing known: [RunRecord.SourceFile]) throws {
    let plan = planner.plan
    scenes = try plan.scenes.scenes.map { try Self.source($0.path, knowing: known) }
    var fields = [
      "model": plan.model.hash,
      "model output": plan.model.output ?? "first",
      "model scaling": try Self.json(plan.model.scaling),
      "model classes": try Self.json(plan.model.scheme),
      "model activation": plan.model.activation.rawValue,
      "probabilities": try Self.json(plan.model.layers),
      "bands": plan.scenes.bandNames.joined(separator: " "),
      "nodata": plan.nodata.map { "\($0)" } ?? "as in the scenes",
      "grid": try Self.json(plan.grid),
      "map": try Self.json(plan.window),
      "chip": "\(plan.shards.chips.chip) px, halo \(plan.shards.chips.halo) px",
      "layers": try Self.json(plan.rasters),
      "compression": plan.usesZstandard ? "zstd" : "deflate",
      "footprints": try plan.footprints.map(Self.json) ?? "none",
      "name": plan.name,
      "model name": plan.model.label,
      "preview": plan.drawsPreview ? "drawn" : "none",
      "numbers": try Self.json(NumericProfile.builtin),
    ]
    for (index, scene) in scenes.enumerated() {
      fields["scene \(index + 1)"] = "\(scene.sha256) at \(plan.scenes.scenes[index].window)"
    }
    if let region = plan.region {
      fields["region"] = "\(try ContentHash(ofFile: region.path)), clip \(region.clip)"
    }
    self.fields = fields
  }

  private static func source(_ path: String, knowing known: [RunRecord.SourceFile]) throws
    -> RunRecord.SourceFile
  {
    let attributes: [FileAttributeKey: Any]
    do { attributes = try FileManager.default.attributesOfItem(atPath: path) } catch {
      throw InputError.cannotRead(path: path, reason: RunError.words(of: error))
    }
    let bytes = attributes[.size] as? Int ?? 0
    let modified = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
    if let same = known.first(where: {
      $0.path == path && $0.bytes == bytes && $0.modified == modified
    }) {
      return same
    }
    return RunRecord.SourceFile(
      path: path, bytes: bytes, modified: modified,
      sha256: try ContentHash(ofFile: path).description)
  }

  private static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
