/// One layer of the map; each becomes a file of its own.
public enum MosaicLayer: Hashable, Sendable, Codable {
  /// The index of the most probable class.
  case classes
  /// What became of each pixel.
  case coverage
  /// Which scene shows each pixel.
  case provenance
  /// A probability, by its place among those written.
  case probability(Int)
}
