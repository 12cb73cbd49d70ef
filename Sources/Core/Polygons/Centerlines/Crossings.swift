import Grids

/// Which junctions of a network are one crossing, because no road runs between them.
struct Crossings {
  /// A place where roads meet.
  struct Crossing {
    /// Where it is, in pixels from the window's corner.
    var place: Point
    /// The square of its distance to the rim; of several, the greatest.
    var squaredRadius: Int
  }

  /// The crossing of every junction's pixel.
  private(set) var crossings: [Int: Crossing] = [:]
  /// The pixels of lines that run inside crossings.
  private(set) var inner: Set<Int> = []

  /// Brings junctions together that lie within each other's distance to the rim.
  ///
  /// - Parameters:
  ///   - window: Where the network's pixels lie on the lattice.
  ///   - squaredRadius: By pixel.
  init(
    of network: PixelNetwork, in window: PixelWindow, rules: CenterlineRules,
    squaredRadius: (Int) -> Int
  ) {
    let junctions = network.places.filter { network.degree(of: $0) > 2 }
    let numbers = Dictionary(uniqueKeysWithValues: junctions.enumerated().map { ($1, $0) })
    let radii = junctions.map(squaredRadius)
    let lengths = radii.map(rules.meters(ofSquaredRadius:))
    var groups = Groups(count: junctions.count)
    var ways: [(number: Int, pixels: [Int])] = []
    for (number, junction) in junctions.enumerated() {
      for first in network.neighbours(of: junction) {
        let touches = numbers[first.pixel] != nil
        // Pixels beside each other are never two crossings.
        let longest = touches ? first.meters : lengths[number]
        guard
          let way = network.way(
            from: junction, by: first.pixel, meters: first.meters, upTo: longest),
          let last = way.pixels.last, let other = numbers[last],
          touches || way.meters <= lengths[other]
        else { continue }
        groups.join(number, other)
        ways.append((number, way.pixels.dropLast()))
      }
    }
    gather(junctions, radii, &groups, in: window, largest: rules.crossing)
    for way in ways {
      let (a, b) = (groups.root(of: way.number), junctions[way.number])
      if isOne[a] == true, crossings[b] != nil { inner.formUnion(way.pixels) }
    }
  }

  /// Whether the junctions of a group are one crossing, by the group's first.
  private var isOne: [Int: Bool] = [:]

  private mutating func gather(
    _ junctions: [Int], _ radii: [Int], _ groups: inout Groups, in window: PixelWindow, largest: Int
  ) {
    var members: [Int: [Int]] = [:]
    for number in junctions.indices { members[groups.root(of: number), default: []].append(number) }
    for (root, group) in members {
      // Counted on the lattice: the mean's last bits are the same from every window.
      let columns = group.map { junctions[$0] % window.width + window.x }
      let rows = group.map { junctions[$0] / window.width + window.y }
      isOne[root] = max(Self.spread(columns), Self.spread(rows)) <= largest
      for (index, number) in group.enumerated() {
        crossings[junctions[number]] =
          isOne[root] == true
          ? Crossing(
            place: Point(x: Self.middle(columns), y: Self.middle(rows)),
            squaredRadius: group.map { radii[$0] }.max() ?? 0)
          : Crossing(
            place: Point(x: Self.middle([columns[index]]), y: Self.middle([rows[index]])),
            squaredRadius: radii[number])
      }
    }
  }

  private static func spread(_ numbers: [Int]) -> Int {
    (numbers.max() ?? 0) - (numbers.min() ?? 0)
  }

  private static func middle(_ numbers: [Int]) -> Double {
    Double(numbers.reduce(0, +)) / Double(numbers.count) + 0.5
  }
}

/// Numbers that are brought together, group by group.
private struct Groups {
  private var parents: [Int]

  init(count: Int) { parents = Array(0..<count) }

  mutating func root(of number: Int) -> Int {
    var current = number
    while parents[current] != current {
      parents[current] = parents[parents[current]]
      current = parents[current]
    }
    return current
  }

  mutating func join(_ a: Int, _ b: Int) {
    let (first, second) = (root(of: a), root(of: b))
    parents[max(first, second)] = min(first, second)
  }
}
