/// Joins pieces of centrelines that were found in parts of the plane.
///
/// Pieces come part by part; what is whole is given out as soon as it is, so that only those are
/// held that go on. The result is the same for all cuts of the plane.
public struct CenterlineJoiner {
  /// Where one pixel of a centreline is beside another that lies in another part.
  private struct Link: Hashable {
    let low: LatticePixel
    let high: LatticePixel

    init(_ a: LatticePixel, _ b: LatticePixel) { (low, high) = (min(a, b), max(a, b)) }
  }

  private var chains: [Int: CenterlinePiece] = [:]
  private var open: [Link: Int] = [:]
  private var count = 0
  private var whole: [CenterlinePiece] = []

  /// Begins with nothing.
  public init() {}

  /// Adds a piece, and joins it to those that wait for it.
  ///
  /// - Complexity: O(pixels of the pieces that are joined).
  public mutating func add(_ piece: CenterlinePiece) {
    var chain = piece
    while true {
      if let link = Self.link(at: chain.end, of: chain.pixels.last), let other = take(link) {
        // A line that comes back to its own beginning.
        let next =
          Self.link(at: other.start, of: other.pixels.first) == link ? other : other.reversed
        chain = CenterlinePiece(
          pixels: chain.pixels + next.pixels, start: chain.start, end: next.end)
      } else if let link = Self.link(at: chain.start, of: chain.pixels.first),
        let other = take(link)
      {
        let before =
          Self.link(at: other.end, of: other.pixels.last) == link ? other : other.reversed
        chain = CenterlinePiece(
          pixels: before.pixels + chain.pixels, start: before.start, end: chain.end)
      } else {
        break
      }
    }
    let links = Self.links(of: chain)
    guard !links.isEmpty, !(links.count == 2 && links[0] == links[1]) else {
      whole.append(chain)
      return
    }
    count += 1
    chains[count] = chain
    for link in links { open[link] = count }
  }

  /// Gives out the centrelines that are whole, in the order of their canonical pixels.
  ///
  /// - Parameter isAwaited: Whether the part of the plane with a pixel is still to come; what goes on
  ///   in another part than these ends at a border.
  public mutating func finished(
    isAwaited: (LatticePixel) -> Bool
  ) -> [CenterlinePiece] {
    for (number, chain) in chains {
      var closed = chain
      if case .cut(let place) = chain.start, !isAwaited(place) { closed.start = .border }
      if case .cut(let place) = chain.end, !isAwaited(place) { closed.end = .border }
      guard closed != chain else { continue }
      for link in Self.links(of: chain) { open[link] = nil }
      let links = Self.links(of: closed)
      chains[number] = links.isEmpty ? nil : closed
      for link in links { open[link] = number }
      if links.isEmpty { whole.append(closed) }
    }
    defer { whole = [] }
    return whole.map(Self.canonical).sorted { $0.canonicalPixel < $1.canonicalPixel }
  }

  /// The chain that waits at a link, which waits no longer.
  private mutating func take(_ link: Link) -> CenterlinePiece? {
    guard let number = open[link], let chain = chains.removeValue(forKey: number) else {
      return nil
    }
    for link in Self.links(of: chain) { open[link] = nil }
    return chain
  }

  private static func link(at end: CenterlineEnd, of pixel: CenterlinePixel?) -> Link? {
    guard case .cut(let place) = end, let pixel else { return nil }
    return Link(pixel.place, place)
  }

  private static func links(of chain: CenterlinePiece) -> [Link] {
    [link(at: chain.start, of: chain.pixels.first), link(at: chain.end, of: chain.pixels.last)]
      .compactMap(\.self)
  }

  /// A whole centreline walked from the same end, wherever it was cut.
  private static func canonical(_ chain: CenterlinePiece) -> CenterlinePiece {
    guard let first = chain.pixels.first, let last = chain.pixels.last else { return chain }
    guard case .cut = chain.start else {
      return last.place < first.place ? chain.reversed : chain
    }
    // A closed line begins at its first pixel, towards the lesser of its neighbours.
    let count = chain.pixels.count
    let start = chain.pixels.indices.min { chain.pixels[$0].place < chain.pixels[$1].place } ?? 0
    var turned = Array(chain.pixels[start...] + chain.pixels[..<start])
    if count > 2, turned[count - 1].place < turned[1].place {
      turned = [turned[0]] + turned[1...].reversed()
    }
    return CenterlinePiece(
      pixels: turned, start: .cut(turned[count - 1].place), end: .cut(turned[0].place))
  }
}
