/// Which scene is seen where several overlap: the first of an order that has a picture at a pixel.
///
/// Scenes that are equal by a rule, or that do not tell what it asks for, follow each other by path,
/// byte by byte; the latter come last.
public enum SceneOrder: String, CaseIterable, Hashable, Sendable, Codable {
  /// By path.
  case first
  /// By the time of acquisition, the last first.
  case newest
  /// By the share of clouds, the least first.
  case clearest
  /// As they were named: files one by one, the lines of a list, items as a document holds them.
  case listed

  /// The places of the profiles in this order.
  ///
  /// - Parameter profiles: Sorted by path, or as they were named where that is the order.
  func places(of profiles: [SceneProfile]) -> [Int] {
    switch self {
    case .first, .listed: Array(profiles.indices)
    case .newest:
      profiles.indices.sorted { one, other in
        Self.precedes(
          profiles[one].acquired?.prefix(19), profiles[other].acquired?.prefix(19), by: >,
          at: one, other)
      }
    case .clearest:
      profiles.indices.sorted { one, other in
        Self.precedes(
          profiles[one].cloudCover, profiles[other].cloudCover, by: <, at: one, other)
      }
    }
  }

  /// Whether one value comes before another; those that are equal or absent by their places.
  private static func precedes<Value: Comparable>(
    _ one: Value?, _ other: Value?, by isBefore: (Value, Value) -> Bool, at place: Int,
    _ otherPlace: Int
  ) -> Bool {
    switch (one, other) {
    case (let one?, let other?) where one != other: isBefore(one, other)
    case (.some, nil): true
    case (nil, .some): false
    default: place < otherPlace
    }
  }
}

extension SceneSet {
  /// What the user should know of the order, in a sentence; nil where every scene tells what it asks for.
  public func note(on order: SceneOrder) -> String? {
    let (word, silent): (String, [Scene]) =
      switch order {
      case .first, .listed: ("", [])
      case .newest: ("when they were taken", scenes.filter { $0.acquired == nil })
      case .clearest: ("how cloudy they are", scenes.filter { $0.cloudCover == nil })
      }
    guard let name = silent.first?.path, scenes.count > 1 else { return nil }
    return silent.count == scenes.count
      ? "the scenes do not tell \(word): they are seen by path, as with `order: first`"
      : "\(silent.count) of \(scenes.count) scenes do not tell \(word), '\(name)' for one: they come "
        + "last, by path"
  }
}
