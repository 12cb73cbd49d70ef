/// The extents of a tensor, outermost first; `[N, C, H, W]` for pictures.
public struct Shape: Hashable, Sendable, Codable {
  /// The extents, outermost first; empty for a scalar.
  public var extents: [Int]

  /// Makes a shape from its extents.
  public init(_ extents: [Int]) { self.extents = extents }

  /// Makes a shape from its extents.
  public init(_ extents: Int...) { self.extents = extents }

  /// The number of axes.
  public var rank: Int { extents.count }
  /// The number of elements: 1 for a scalar.
  public var count: Int { extents.reduce(1, *) }

  /// The extent along an axis.
  public subscript(axis: Int) -> Int {
    get { extents[axis] }
    set { extents[axis] = newValue }
  }
}

extension Shape: CustomStringConvertible {
  /// The extents in brackets.
  public var description: String { "[" + extents.map(String.init).joined(separator: ", ") + "]" }
}
