import Imagery
import Tensors

/// What the channels of a network's output mean, from what pipeline and model say together.
struct ClassResolution {
  /// The meaning of every channel, the pipeline's word before the model's; colours given.
  let meanings: [ChannelMeaning]
  /// The same as the map sees it.
  let scheme: ClassScheme

  /// Brings both together.
  ///
  /// A network with one channel says how probable one class is against the rest; it is treated as
  /// having two, of which channel 0 is the rest.
  ///
  /// - Throws: ``ResolutionError`` when a channel has no meaning, or a meaning has no channel.
  init(
    specified: [ChannelMeaning]?, metadata: ModelMetadata, model: ModelInterface
  ) throws(ResolutionError) {
    var names = metadata.classes(ofOutput: model.outputIndex) ?? []
    var specified = specified ?? []
    if model.channelCount == 1 {
      if names.count == 1 { names.insert(.init(name: "background"), at: 0) }
      specified = Self.againstBackground(specified)
    }
    let expected = model.channelCount.map { $0 == 1 ? 2 : $0 }
    if let expected, specified.count >= expected { names = [] }  // the pipeline says it all
    let count = max(names.count, (specified.map(\.channel).max() ?? -1) + 1)
    var roles: [ChannelMeaning.Role?] = (0..<count).map { channel in
      channel < names.count
        ? .published(name: names[channel].name, color: names[channel].color) : nil
    }
    for meaning in specified { roles[meaning.channel] = meaning.role }
    try Self.check(roles, count: expected ?? roles.count, model: model)
    let meanings = roles.enumerated().compactMap { channel, role in
      role.map { ChannelMeaning(channel: channel, role: $0) }
    }
    try Self.checkWholes(meanings)
    self.meanings = Self.colored(meanings)
    scheme = Self.scheme(of: self.meanings)
  }

  /// A single class of a one-channel network moves up, and background takes channel 0.
  private static func againstBackground(_ specified: [ChannelMeaning]) -> [ChannelMeaning] {
    guard specified.count == 1, specified[0].channel == 0 else { return specified }
    return [
      ChannelMeaning(channel: 0, role: .published(name: "background", color: nil)),
      ChannelMeaning(channel: 1, role: specified[0].role),
    ]
  }

  private static func check(_ roles: [ChannelMeaning.Role?], count: Int, model: ModelInterface)
    throws(ResolutionError)
  {
    guard !roles.isEmpty else {
      let channels = model.channelCount.map { "\($0)" } ?? "an unknown number of"
      throw .missing(
        key: "what the model's classes are",
        reason: "its output '\(model.output.name)' has \(channels) channels without names",
        example: "classes: {0: background, 1: building}")
    }
    guard !roles.contains(nil), roles.count == count, roles.count <= 255 else {
      let classes = roles.compactMap { role -> String? in
        switch role {
        case .published(let name, _): name
        case .part(let whole, let isContact): isContact ? "contact of \(whole)" : "part of \(whole)"
        case nil: nil
        }
      }
      throw .classesDiffer(
        model: model.path, classes: classes, channels: model.channelCount ?? roles.count)
    }
  }

  /// Every part belongs to a class that is published, and no two classes have one name.
  private static func checkWholes(_ meanings: [ChannelMeaning]) throws(ResolutionError) {
    let known = meanings.compactMap(\.publishedName)
    for case .part(let whole, _) in meanings.map(\.role) where !known.contains(whole) {
      throw .unknownClass(key: "inference.classes", name: whole, known: known)
    }
    if let name = firstRepeated(known) {
      throw .missing(
        key: "which of two classes '\(name)' is meant",
        reason: "both are published under one name",
        example: "classes: {\(known.lastIndex(of: name) ?? 1): {is: \(name)}}")
    }
  }

  private static func colored(_ meanings: [ChannelMeaning]) -> [ChannelMeaning] {
    var taken = 0
    return meanings.map { meaning in
      guard case .published(let name, nil) = meaning.role else { return meaning }
      defer { taken += ClassPalette.isBackground(name) ? 0 : 1 }
      let color =
        ClassPalette.isBackground(name) ? ClassPalette.background : ClassPalette.color(taken)
      return ChannelMeaning(channel: meaning.channel, role: .published(name: name, color: color))
    }
  }

  /// The classes of the map, in the order of their first channel.
  private static func scheme(of meanings: [ChannelMeaning]) -> ClassScheme {
    let published = meanings.compactMap { meaning -> ClassScheme.Published? in
      guard case .published(let name, let color) = meaning.role else { return nil }
      let parts = meanings.filter {
        if case .part(name, _) = $0.role { true } else { false }
      }
      let channels = ([meaning.channel] + parts.map(\.channel)).sorted()
      return ClassScheme.Published(
        name: name, color: color ?? ClassPalette.background, channels: channels)
    }
    return ClassScheme(
      published: published.sorted { ($0.channels.first ?? 0) < ($1.channels.first ?? 0) },
      contactChannel: meanings.first(where: \.isContact)?.channel)
  }
}
