import Polygons

/// Roads as a graph: places, and straight pieces of road between them.
///
/// Made of lines in metres on a plane. Corners that lie together are one node, and an end that lies on
/// another line meets it there; lines that merely cross do not meet, as on a bridge.
struct RoadGraph {
  /// A piece of road as seen from one of its ends.
  struct Piece {
    /// The node at the other end.
    var to: Int
    /// In metres.
    var length: Double
  }

  /// Where the nodes are, in metres.
  private(set) var places: [Point] = []
  /// The pieces that begin at each node.
  private(set) var pieces: [[Piece]] = []

  /// An empty graph.
  init() {}

  /// Adds a node.
  mutating func addNode(at place: Point) -> Int {
    places.append(place)
    pieces.append([])
    return places.count - 1
  }

  /// Adds a straight piece between two nodes, unless there is one.
  mutating func connect(_ a: Int, _ b: Int) {
    guard a != b, !pieces[a].contains(where: { $0.to == b }) else { return }
    let length = (places[a] - places[b]).length
    pieces[a].append(Piece(to: b, length: length))
    pieces[b].append(Piece(to: a, length: length))
  }

  /// Puts nodes on a piece, which is replaced by what lies between them.
  ///
  /// - Parameter shares: How far from `a` to `b` each lies, 0…1, rising.
  /// - Returns: The new nodes.
  mutating func split(_ a: Int, _ b: Int, at shares: [Double]) -> [Int] {
    pieces[a].removeAll { $0.to == b }
    pieces[b].removeAll { $0.to == a }
    var last = a
    let (start, step) = (places[a], places[b] - places[a])
    let nodes = shares.map { share in
      let node = addNode(at: start + step * share)
      connect(last, node)
      last = node
      return node
    }
    connect(last, b)
    return nodes
  }

  /// All pieces, each once.
  var segments: [(a: Int, b: Int)] {
    pieces.indices.flatMap { node in
      pieces[node].filter { $0.to > node }.map { (a: node, b: $0.to) }
    }
  }

  /// The length of all roads, in metres.
  var length: Double {
    pieces.reduce(0) { sum, pieces in pieces.reduce(sum) { $0 + $1.length } } / 2
  }

  /// The lengths of the shortest ways from a node to all others; infinite where there is none.
  ///
  /// Source: Dijkstra 1959.
  ///
  /// - Complexity: O(pieces · log nodes).
  func distances(from source: Int) -> [Double] {
    var distances = [Double](repeating: .infinity, count: places.count)
    var heap = Heap<Reached>()
    distances[source] = 0
    heap.insert(Reached(distance: 0, node: source))
    while let reached = heap.removeLeast() {
      guard reached.distance <= distances[reached.node] else { continue }
      for piece in pieces[reached.node] {
        let distance = reached.distance + piece.length
        guard distance < distances[piece.to] else { continue }
        distances[piece.to] = distance
        heap.insert(Reached(distance: distance, node: piece.to))
      }
    }
    return distances
  }
}

/// A node that is reached, and how far it is.
private struct Reached: Comparable {
  let distance: Double
  let node: Int

  static func < (a: Reached, b: Reached) -> Bool { a.distance < b.distance }
}
