import Polygons

extension RoadGraph {
  /// Makes a graph of lines.
  ///
  /// - Parameters:
  ///   - lines: In metres, on a plane.
  ///   - joined: How far apart corners may lie, and an end from a line, to be one place; in metres.
  /// - Complexity: O(n) for n corners with few neighbours each.
  init(_ lines: [[Point]], joined: Double) {
    self.init()
    var index = NodeIndex(side: joined)
    var ends: [Int] = []
    for line in lines {
      var last: Int?
      for point in line {
        let node =
          index.node(near: point, within: joined, in: self)
          ?? {
            let node = addNode(at: point)
            index.add(node, at: point)
            return node
          }()
        if let last { connect(last, node) } else { ends.append(node) }
        last = node
      }
      if let last { ends.append(last) }
    }
    join(ends, within: joined)
  }

  /// Connects ends with the lines that they lie on.
  private mutating func join(_ ends: [Int], within distance: Double) {
    let segments = segments
    let index = BoxIndex(segments.map { box(of: $0) })
    var cuts: [Int: [(share: Double, end: Int)]] = [:]
    for end in Set(ends).sorted() {
      let place = places[end]
      let around = Box(low: place, high: place).outset(x: distance, y: distance)
      for number in index.meeting(around) {
        let (a, b) = segments[number]
        guard end != a, end != b, !pieces[end].contains(where: { $0.to == a || $0.to == b }) else {
          continue
        }
        let near = place.nearest(onSegmentFrom: places[a], to: places[b])
        guard near.distance <= distance, near.share > 0, near.share < 1 else { continue }
        cuts[number, default: []].append((near.share, end))
      }
    }
    for number in cuts.keys.sorted() {
      let (a, b) = segments[number]
      let ordered = (cuts[number] ?? []).sorted { $0.share < $1.share }
      let nodes = split(a, b, at: ordered.map(\.share))
      for (node, cut) in zip(nodes, ordered) { connect(node, cut.end) }
    }
  }

  private func box(of segment: (a: Int, b: Int)) -> Box {
    Box(of: Polygon(outer: Ring([places[segment.a], places[segment.b]])))
  }

  /// Puts a node wherever a place lies near a road.
  ///
  /// - Parameters:
  ///   - wanted: In metres.
  ///   - distance: How far a place may lie from the road, in metres.
  /// - Returns: The node of each place; nil where there is no road.
  mutating func inject(_ wanted: [Point], within distance: Double) -> [Int?] {
    let segments = segments
    let index = BoxIndex(segments.map { box(of: $0) })
    var found = [Int?](repeating: nil, count: wanted.count)
    var cuts: [Int: [(share: Double, place: Int)]] = [:]
    for (number, place) in wanted.enumerated() {
      let around = Box(low: place, high: place).outset(x: distance, y: distance)
      let near = index.meeting(around).map { segment in
        (
          segment: segment,
          near: place.nearest(
            onSegmentFrom: places[segments[segment].a], to: places[segments[segment].b])
        )
      }
      guard let best = near.min(by: { $0.near.distance < $1.near.distance }),
        best.near.distance <= distance
      else { continue }
      let (a, b) = segments[best.segment]
      switch best.near.share {
      case 0: found[number] = a
      case 1: found[number] = b
      default: cuts[best.segment, default: []].append((best.near.share, number))
      }
    }
    for segment in cuts.keys.sorted() {
      let (a, b) = segments[segment]
      let ordered = (cuts[segment] ?? []).sorted { $0.share < $1.share }
      var shares: [Double] = []
      for cut in ordered where shares.last != cut.share { shares.append(cut.share) }
      let nodes = split(a, b, at: shares)
      for cut in ordered {
        if let place = shares.firstIndex(of: cut.share) { found[cut.place] = nodes[place] }
      }
    }
    return found
  }

  /// Nodes on every road, at most so far apart: ends and crossings, and places evenly between them.
  ///
  /// - Parameter spacing: In metres.
  /// - Returns: The nodes, in the order of the graph.
  mutating func addControlNodes(spacing: Double) -> [Int] {
    var isKnot = pieces.map { !$0.isEmpty && $0.count != 2 }
    // Rings without any crossing begin at their first node.
    for node in pieces.indices where pieces[node].count == 2 && !isKnot[node] {
      if !reachesKnot(from: node, isKnot) { isKnot[node] = true }
    }
    let knots = pieces.indices.filter { isKnot[$0] }
    let chains = knots.flatMap { start in
      pieces[start].map { chain(from: start, over: $0.to, isKnot) }.filter { chain in
        // Each is walked from both of its ends.
        let end = chain[chain.count - 1]
        return start < end || (start == end && chain[1] < chain[chain.count - 2])
      }
    }
    return knots + chains.flatMap { addNodes(on: $0, spacing: spacing) }
  }

  /// The nodes from one end or crossing to the next.
  private func chain(from start: Int, over second: Int, _ isKnot: [Bool]) -> [Int] {
    var chain = [start, second]
    while let end = chain.last, !isKnot[end],
      let next = pieces[end].first(where: { $0.to != chain[chain.count - 2] })
    {
      chain.append(next.to)
    }
    return chain
  }

  /// Whether a way of nodes with two neighbours each comes to one with another number.
  private func reachesKnot(from start: Int, _ isKnot: [Bool]) -> Bool {
    var (last, node) = (start, pieces[start][0].to)
    while node != start {
      if isKnot[node] { return true }
      guard let next = pieces[node].first(where: { $0.to != last }) else { return true }
      (last, node) = (node, next.to)
    }
    return false
  }

  private mutating func addNodes(on chain: [Int], spacing: Double) -> [Int] {
    let lengths = zip(chain, chain.dropFirst()).map { (places[$0] - places[$1]).length }
    let all = lengths.reduce(0, +)
    let count = Int((all / spacing).rounded(.up)) - 1
    guard count > 0 else { return [] }
    let goals = (1...count).map { all * Double($0) / Double(count + 1) }
    var added: [Int] = []
    var along = 0.0
    for (number, length) in lengths.enumerated() {
      let inside = goals.filter { $0 > along && $0 <= along + length }
      if !inside.isEmpty {
        added += split(chain[number], chain[number + 1], at: inside.map { ($0 - along) / length })
      }
      along += length
    }
    return added
  }
}

/// Nodes by squares of a grid.
private struct NodeIndex {
  private let side: Double
  private var nodes: [Square: [Int]] = [:]

  private struct Square: Hashable {
    let column: Int
    let row: Int
  }

  init(side: Double) { self.side = side }

  mutating func add(_ node: Int, at place: Point) { nodes[square(place), default: []].append(node) }

  /// The nearest node; the first of equals.
  func node(near place: Point, within distance: Double, in graph: RoadGraph) -> Int? {
    let middle = square(place)
    var best: (distance: Double, node: Int)?
    for row in middle.row - 1...middle.row + 1 {
      for column in middle.column - 1...middle.column + 1 {
        for node in nodes[Square(column: column, row: row)] ?? [] {
          let here = (graph.places[node] - place).length
          guard here <= distance, here < best?.distance ?? .infinity else { continue }
          best = (here, node)
        }
      }
    }
    return best?.node
  }

  private func square(_ place: Point) -> Square {
    Square(
      column: Int((place.x / side).rounded(.down)), row: Int((place.y / side).rounded(.down)))
  }
}

extension Point {
  /// The nearest place of a segment: how far along it lies, 0…1, and how far away.
  fileprivate func nearest(onSegmentFrom a: Point, to b: Point) -> (share: Double, distance: Double)
  {
    let share = self.share(alongSegmentFrom: a, to: b)
    return (share, (self - (a + (b - a) * share)).length)
  }
}
