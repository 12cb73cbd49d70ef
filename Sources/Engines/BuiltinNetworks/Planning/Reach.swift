import Tensors

/// Which rows (or columns) of the input a value depends on.
///
/// Followed exactly, position by position along one axis, so that strides, dilations, pads and the
/// two taps of a linear resize need no formula.
enum Reach {
  /// On nothing: a constant.
  case nothing
  /// Entry i of `axis` depends on the input's positions in `spans[i]`.
  case along(axis: Int, spans: [Span])
  /// On all of it, or on more than can be followed.
  case everything

  /// The first and last position seen; empty where `first > last`.
  struct Span: Hashable {
    var first: Int
    var last: Int

    static let empty = Span(first: .max, last: .min)

    func union(_ other: Span) -> Span {
      Span(first: min(first, other.first), last: max(last, other.last))
    }
  }

  /// Whether it is a constant.
  var isNothing: Bool {
    if case .nothing = self { return true }
    return false
  }

  /// How far an entry of the output sees along an axis of the input, in input pixels to each side;
  /// nil where it sees everything or more than half of what was tried.
  static func radius(_ shaped: Shaped, from input: String, axis: Int, to output: String) -> Int? {
    guard let length = shaped.facts[input]?.shape[axis] else { return nil }
    var reaches: [String: Reach] = [
      input: .along(axis: axis, spans: (0..<length).map { Span(first: $0, last: $0) })
    ]
    for instruction in shaped.instructions {
      let taken = instruction.node.inputs.map { reaches[$0] ?? .nothing }
      let made = instruction.reach(taken)
      for (name, reach) in zip(instruction.node.outputs, made) { reaches[name] = reach }
    }
    guard case .along(_, let spans) = reaches[output] ?? .nothing, !spans.isEmpty else {
      return nil
    }
    var radius = 0
    for (place, span) in spans.enumerated() where span.first <= span.last {
      // Where the output position lies on the input, in half pixels.
      let centre = (2 * place + 1) * length / spans.count - 1
      radius = max(radius, (centre - 2 * span.first + 1) / 2, (2 * span.last - centre + 1) / 2)
    }
    return 2 * radius < length ? radius : nil
  }

  /// The same dependence, seen through a table of input entries per output entry.
  func mapped(_ entries: (Int) -> ClosedRange<Int>?, count: Int, to axis: Int) -> Reach {
    guard case .along(_, let spans) = self else { return self }
    return .along(
      axis: axis,
      spans: (0..<count).map { position in
        guard let range = entries(position)?.clamped(to: 0...max(spans.count - 1, 0)) else {
          return .empty
        }
        return spans[range].reduce(.empty) { $0.union($1) }
      })
  }

  /// Both dependences together, for outputs of a rank: axes count from the back, single entries
  /// broadcast.
  static func union(_ reaches: [(reach: Reach, rank: Int)], rank: Int, extents: Shape) -> Reach {
    var result = Reach.nothing
    for (reach, own) in reaches {
      guard case .along(let ownAxis, var spans) = reach else {
        if case .everything = reach { return .everything }
        continue
      }
      let axis = ownAxis + rank - own
      if spans.count == 1 { spans = [Span](repeating: spans[0], count: extents[axis]) }
      if case .along(let otherAxis, let others) = result {
        guard otherAxis == axis, others.count == spans.count else { return .everything }
        result = .along(axis: axis, spans: zip(spans, others).map { $0.union($1) })
      } else {
        result = .along(axis: axis, spans: spans)
      }
    }
    return result
  }
}
