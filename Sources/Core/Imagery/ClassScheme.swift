/// How a model's output channels become the classes of a map.
///
/// Several channels may belong to one published class: a channel that only separates neighbours
/// (`contact`) counts as what it is a part of. Published classes are numbered from 0 in the order of
/// their first channel.
public struct ClassScheme: Hashable, Sendable, Codable {
  /// A class of the map.
  public struct Published: Hashable, Sendable, Codable {
    /// The name, as it appears in file names and attributes.
    public var name: String
    /// Red, green, blue, 0…255.
    public var color: [UInt8]
    /// The output channels whose probabilities add up to this class.
    public var channels: [Int]

    /// Makes a class of the map.
    public init(name: String, color: [UInt8], channels: [Int]) {
      self.name = name
      self.color = color
      self.channels = channels
    }
  }

  /// The classes of the map; the class map's value is the index here.
  public var published: [Published]
  /// The output channel that marks contact between neighbouring objects, if the model has one.
  public var contactChannel: Int?

  /// Makes a scheme.
  public init(published: [Published], contactChannel: Int? = nil) {
    self.published = published
    self.contactChannel = contactChannel
  }

  /// The number of output channels the scheme speaks of.
  public var channelCount: Int { (published.flatMap(\.channels).max() ?? -1) + 1 }
}
