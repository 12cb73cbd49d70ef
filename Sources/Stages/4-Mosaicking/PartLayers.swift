public import Imagery

/// What a shard's part holds: the class, the coverage, and the probabilities, each in its band.
///
/// The order never changes: band 1 is the class, band 2 the coverage, and the probabilities follow
/// from band 3 in the order in which they were asked for. Where scenes are told, their numbers are in
/// the last two bands: what is left of the division by 256, then the quotient.
public struct PartLayers: Hashable, Sendable, Codable {
  /// The classes of the map.
  public let scheme: ClassScheme
  /// What each probability is of, such as `building`; as it appears in file names.
  public let probabilities: [String]

  /// Whether it is told which scene shows each pixel.
  public let tellsProvenance: Bool

  /// Describes the bands of a run's parts.
  public init(scheme: ClassScheme, probabilities: [String], tellsProvenance: Bool = false) {
    self.scheme = scheme
    self.probabilities = probabilities
    self.tellsProvenance = tellsProvenance
  }

  /// The number of bands of a part.
  public var bandCount: Int { 2 + probabilities.count + (tellsProvenance ? 2 : 0) }

  /// All layers, in the order of their bands.
  public var all: [MosaicLayer] {
    [.classes, .coverage] + probabilities.indices.map { .probability($0) }
      + (tellsProvenance ? [.provenance] : [])
  }

  /// The band of a part that holds a layer, or the first that does, from 1.
  public func band(of layer: MosaicLayer) -> Int {
    switch layer {
    case .classes: 1
    case .coverage: 2
    case .probability(let index): 3 + index
    case .provenance: 3 + probabilities.count
    }
  }

  /// The name of a layer, as it appears in file names: `class`, `coverage`, `probability_building`.
  public func name(of layer: MosaicLayer) -> String {
    switch layer {
    case .classes: "class"
    case .coverage: "coverage"
    case .probability(let index): "probability_\(probabilities[index])"
    case .provenance: "provenance"
    }
  }
}
