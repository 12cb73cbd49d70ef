import GeoFiles

/// Which band of a scene is meant: its number from 1, or its name.
public enum BandSelector: Hashable, Sendable, Codable {
  /// The band's number, from 1.
  case number(Int)
  /// The band's description or colour, in any case.
  case name(String)

  /// Reads `3` as a number and anything else as a name.
  public init(_ text: String) {
    self = Int(text).map { .number($0) } ?? .name(text)
  }

  /// The number of the band that is meant, or nil when it is not among these.
  ///
  /// A name is first looked for among the bands' own names, then among their colours.
  func number(among bands: [BandDescription]) -> Int? {
    switch self {
    case .number(let number):
      return bands.contains { $0.index == number } ? number : nil
    case .name(let name):
      let wanted = name.lowercased()
      let own = bands.first { $0.name.lowercased() == wanted }
      return (own ?? bands.first { $0.interpretation == wanted })?.index
    }
  }
}

extension BandSelector: CustomStringConvertible {
  /// The number or name as written.
  public var description: String {
    switch self {
    case .number(let number): "\(number)"
    case .name(let name): name
    }
  }
}
