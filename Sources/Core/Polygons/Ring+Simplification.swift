extension Ring {
  /// The ring without the corners that lie within a tolerance of the line between those kept.
  ///
  /// Source: Douglas and Peucker 1973, begun at two corners far from each other, so that the result
  /// hardly depends on where the ring begins.
  ///
  /// - Parameter tolerance: In the units of the points.
  /// - Returns: The ring itself when fewer than three corners would be left.
  /// - Complexity: O(points²) at worst, O(points log points) as a rule.
  public func simplified(tolerance: Double) -> Ring {
    guard points.count > 3 else { return self }
    let anchor = farthest(from: points[0])
    let kept = keptCorners(tolerance: tolerance, from: anchor).sorted()
    return kept.count < 3 ? self : Ring(kept.map { points[$0] })
  }

  /// The index of the corner farthest from a point; the first of equals.
  func farthest(from place: Point) -> Int {
    var best = 0
    var distance = -1.0
    for (index, point) in points.enumerated() {
      let here = (point - place).squaredLength
      if here > distance { (best, distance) = (index, here) }
    }
    return best
  }

  /// The corners that stay, in the order around the ring from `anchor`, which stays.
  func keptCorners(tolerance: Double, from anchor: Int) -> [Int] {
    let count = points.count
    let opposite = farthest(from: points[anchor])
    let middle = (opposite - anchor + count) % count
    guard middle != 0 else { return [anchor] }
    let limit = tolerance * tolerance
    var isKept = [Bool](repeating: false, count: count + 1)
    isKept[0] = true
    isKept[middle] = true
    var open = [(0, middle), (middle, count)]
    while let (first, last) = open.popLast() {
      guard last - first > 1 else { continue }
      let a = points[(anchor + first) % count]
      let b = points[(anchor + last) % count]
      var worst = first
      var distance = limit
      for index in first + 1..<last {
        let here = points[(anchor + index) % count].squaredDistance(toSegmentFrom: a, to: b)
        if here > distance { (worst, distance) = (index, here) }
      }
      guard worst != first else { continue }
      isKept[worst] = true
      open.append((first, worst))
      open.append((worst, last))
    }
    return (0..<count).filter { isKept[$0] }.map { (anchor + $0) % count }
  }
}
