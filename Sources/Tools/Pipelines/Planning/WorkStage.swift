/// The stages of the queue's work, in the order of the data.
///
/// Tiling is not among them: a chip is cut when its shard is inferred. Footprints are traced shard
/// by shard, then merged layer by layer.
public enum WorkStage: Int, CaseIterable, Sendable, Codable {
  /// A shard's chips become a part: classes, coverage and probabilities.
  case infer = 0
  /// The parts of a COG become one layer of it.
  case mosaic = 1
  /// A shard's outlines or roads are traced, for each layer of them.
  case trace = 2
  /// All outlines or roads of a layer are merged and written.
  case export = 3

  /// The stage's name as its folder and its lines of progress have it.
  public var title: String {
    switch self {
    case .infer: "3-inference"
    case .mosaic: "4-mosaicking"
    case .trace: "5-footprints"
    case .export: "5-footprints, merging"
    }
  }
}
