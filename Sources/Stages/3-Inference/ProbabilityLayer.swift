/// Which probability of a pixel is written.
public enum ProbabilityLayer: Hashable, Sendable, Codable {
  /// That of a published class, by its index: the sum over the class's channels.
  case published(Int)
  /// That of the channel which marks contact between neighbouring objects.
  case contact
}
