import Yams

/// What one channel of a network's output means.
public struct ChannelMeaning: Hashable, Sendable {
  /// Either a class of the map or a part of one.
  public enum Role: Hashable, Sendable {
    /// A class of the map; without a colour it gets one from the palette.
    case published(name: String, color: [UInt8]?)
    /// A part of another channel's class; contact marks where neighbouring objects touch.
    case part(of: String, isContact: Bool)
  }

  /// The channel, from 0.
  public var channel: Int
  /// What it means.
  public var role: Role

  /// Says what a channel means.
  public init(channel: Int, role: Role) {
    self.channel = channel
    self.role = role
  }

  /// The name of the class, if the channel has one of its own.
  var publishedName: String? {
    if case .published(let name, _) = role { name } else { nil }
  }

  /// Whether the channel marks where neighbouring objects touch.
  var isContact: Bool {
    if case .part(_, isContact: true) = role { true } else { false }
  }
}

extension Rule where Value == [ChannelMeaning] {
  /// A mapping from channels to meanings, or a list of meanings from channel 0 on.
  static var channelMeanings: Rule {
    let expects = "a mapping such as {0: background, 1: building}, or a list of names"
    return Rule(expects: expects) { (node, place) throws(SpecificationError) in
      var entries: [(key: Int, value: Node)] = []
      if let sequence = node.sequence {
        entries = sequence.enumerated().map { ($0.offset, $0.element) }
      } else if let mapping = node.mapping {
        for (key, value) in mapping {
          guard let channel = key.plain.flatMap({ Int($0) }), (0..<1_024).contains(channel) else {
            throw place.wrong(key, expected: "the number of a channel, from 0, as key")
          }
          guard !entries.contains(where: { $0.key == channel }) else {
            throw .duplicateKey(at: place.position(of: key), key: "\(channel)")
          }
          entries.append((channel, value))
        }
      }
      guard !entries.isEmpty else { throw place.wrong(node, expected: expects) }
      var meanings: [ChannelMeaning] = []
      for entry in entries.sorted(by: { $0.key < $1.key }) {
        meanings.append(ChannelMeaning(channel: entry.key, role: try role(entry.value, place)))
      }
      return meanings
    } write: {
      .block($0.map { "\($0.channel): \(text(of: $0.role))" })
    }
  }

  private static func role(_ node: Node, _ place: Place) throws(SpecificationError)
    -> ChannelMeaning.Role
  {
    guard node.mapping != nil else {
      let name = try Rule<String>.text("a class's name, or {is: …, contact: true}") { _ in true }
        .read(node, place)
      return .published(name: name, color: nil)
    }
    let keys = try ClassKeys.read(node, file: place.file)
    if let name = keys.name { return .published(name: name, color: keys.color) }
    return .part(of: keys.isPart ?? "", isContact: keys.contact ?? false)
  }

  private static func text(of role: ChannelMeaning.Role) -> String {
    switch role {
    case .published(let name, nil):
      YAMLFragment.text(name)
    case .published(let name, let color?):
      "{name: \(YAMLFragment.text(name)), color: \(YAMLFragment.color(color))}"
    case .part(let whole, let isContact):
      "{is: \(YAMLFragment.text(whole)), contact: \(isContact)}"
    }
  }
}

/// The keys of one class, before it is clear which of its two forms they make.
private struct ClassKeys: Section {
  var name: String?
  var color: [UInt8]?
  var isPart: String?
  var contact: Bool?

  static let title = "inference.classes"
  static var defaults: ClassKeys { ClassKeys() }
  static var fields: [Field<ClassKeys>] {
    [
      Field("name", \.name, .optional("none", .text), example: "building"),
      Field("color", \.color, .optional("auto", .color), example: "\"#e4572e\""),
      Field("is", \.isPart, .optional("none", .text), example: "building"),
      Field("contact", \.contact, .optional("none", .flag), example: "true"),
    ]
  }

  func contradiction(at position: (String) -> TextPosition) -> SpecificationError? {
    let isPublished = name != nil && isPart == nil && contact == nil
    let isOnlyPart = name == nil && color == nil && isPart != nil
    guard !isPublished && !isOnlyPart else { return nil }
    return .contradiction(
      at: position(""), statement: "inference.classes: a class has either `name` or `is`",
      reason: "`name` and `color` publish a class; `is` and `contact` add a channel to one",
      remedy: "write `{name: building}` or `{is: building, contact: true}`")
  }
}
