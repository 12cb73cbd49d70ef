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
    var heap = WayHeap()
    distances[source] = 0
    heap.push(0, source)
    while let (distance, node) = heap.pop() {
      guard distance <= distances[node] else { continue }
      for piece in pieces[node] where distance + piece.length < distances[piece.to] {
        distances[piece.to] = distance + piece.length
        heap.push(distance + piece.length, piece.to)
      }
    }
    return distances
  }
}

/// A heap of nodes by their distance, the nearest first.
private struct WayHeap {
  private var items: [(distance: Double, node: Int)] = []

  mutating func push(_ distance: Double, _ node: Int) {
    items.append((distance, node))
    var index = items.count - 1
    while index > 0, items[index].distance < items[(index - 1) / 2].distance {
      items.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  mutating func pop() -> (distance: Double, node: Int)? {
    guard let first = items.first, let last = items.popLast() else { return nil }
    guard !items.isEmpty else { return first }
    items[0] = last
    var index = 0
    while true {
      var least = index
      for child in [2 * index + 1, 2 * index + 2]
      where child < items.count && items[child].distance < items[least].distance {
        least = child
      }
      guard least != index else { return first }
      items.swapAt(least, index)
      index = least
    }
  }
}
