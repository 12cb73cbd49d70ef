public import Grids

/// Finds the centrelines of what is long and narrow: roads, streams, rails.
///
/// Small holes are filled, areas are thinned to lines of one pixel, branches that only the rim's
/// roughness made are taken away, and junctions that lie within each other become one crossing.
/// Each step is decided by pixels within a bounded distance, ``CenterlineRules/reach`` in all: pieces
/// of one centreline fit together however the plane was cut.
public struct CenterlineFinder {
  /// What is read around a part of the plane, and what is asked of it.
  public struct View {
    /// Holds the part, and ``CenterlineRules/reach`` pixels around it.
    public var window: PixelWindow
    /// The probability per pixel of the window, row-major.
    public var values: [UInt8]
    /// The values that are road; larger ones are nodata.
    public var range: ClosedRange<UInt8>
    /// The probability of what bridges lead over; nil when none are looked for.
    public var crossed: [UInt8]?
    /// The probability of bridges, where the map has them.
    public var bridges: [UInt8]?

    /// Brings together what was read.
    public init(
      window: PixelWindow, values: [UInt8], range: ClosedRange<UInt8>, crossed: [UInt8]? = nil,
      bridges: [UInt8]? = nil
    ) {
      self.window = window
      self.values = values
      self.range = range
      self.crossed = crossed
      self.bridges = bridges
    }
  }

  private let view: View
  private let rules: CenterlineRules
  /// 1 where road is, its small holes filled.
  private let road: [UInt8]
  private let network: PixelNetwork
  private let crossings: Crossings

  /// The pieces of centrelines in a part of the plane.
  ///
  /// - Parameters:
  ///   - core: The part.
  ///   - view: What lies in it and around it.
  ///   - rules: What counts.
  ///   - isKept: Whether a pixel of the lattice, in the part or beside it, is asked for.
  /// - Returns: In the order of their first pixels.
  /// - Complexity: O(pixels of the window) and, for each pixel of a centreline, O(radius²).
  public static func pieces(
    in core: PixelWindow, of view: View, rules: CenterlineRules,
    isKept: @escaping (LatticePixel) -> Bool = { _ in true }
  ) -> [CenterlinePiece] {
    precondition(view.values.count == view.window.area)
    guard view.values.contains(where: view.range.contains) else { return [] }
    return CenterlineFinder(view, rules).pieces(in: core, isKept)
  }

  private init(_ view: View, _ rules: CenterlineRules) {
    self.view = view
    self.rules = rules
    let width = view.window.width
    road = RoadMask.filled(view, hole: rules.pixels(rules.hole))
    var thin = RoadMask.withoutDepths(road, width: width, depth: rules.depth)
    Thinning.thin(&thin, width: width, peelings: rules.peelings)
    var network = PixelNetwork(thin, width: width, rules: rules)
    let radii = RimDistance(road, width: width, rules: rules)
    for _ in 0..<CenterlineRules.prunings {
      network.prune { rules.meters(ofSquaredRadius: radii.squared(at: $0)) }
    }
    self.network = network
    crossings = Crossings(
      of: network, in: view.window, rules: rules, squaredRadius: radii.squared)
  }

  private func place(_ pixel: Int) -> LatticePixel {
    LatticePixel(
      x: pixel % view.window.width + view.window.x, y: pixel / view.window.width + view.window.y)
  }

  // MARK: Pieces

  private func pieces(
    in core: PixelWindow, _ isKept: @escaping (LatticePixel) -> Bool
  ) -> [CenterlinePiece] {
    var isDone = Set<Int>()
    var pieces: [CenterlinePiece] = []
    let part = Part(core: core, isKept: isKept)
    for y in core.y..<core.maxY {
      let row = (y - view.window.y) * view.window.width - view.window.x
      for pixel in row + core.x..<row + core.maxX
      where network.pixels[pixel] != 0 && !isDone.contains(pixel) {
        guard network.degree(of: pixel) < 3, !crossings.inner.contains(pixel),
          part.isKept(place(pixel))
        else { continue }
        let run = run(through: pixel, in: part)
        isDone.formUnion(run.pixels)
        // A pixel without neighbours has no length.
        guard run.pixels.count > 1 || network.degree(of: pixel) > 0 else { continue }
        let radii = RimDistance(road, width: view.window.width, rules: rules)
        pieces.append(
          CenterlinePiece(
            pixels: run.pixels.map { self.pixel($0, radii) }, start: run.start, end: run.end))
      }
    }
    return pieces
  }

  /// The part of the plane that pieces lie in.
  private struct Part {
    let core: PixelWindow
    let isKept: (LatticePixel) -> Bool
  }

  private func run(
    through pixel: Int, in part: Part
  ) -> (pixels: [Int], start: CenterlineEnd, end: CenterlineEnd) {
    let links = network.neighbours(of: pixel).map(\.pixel)
    guard let forward = links.first else { return ([pixel], .free, .free) }
    let ahead = walk(from: pixel, to: forward, in: part)
    // A line that came back to where it began.
    if ahead.isClosed {
      let pixels = [pixel] + ahead.pixels
      return (pixels, .cut(place(pixels[pixels.count - 1])), .cut(place(pixel)))
    }
    guard links.count == 2 else { return ([pixel] + ahead.pixels, .free, ahead.end) }
    let behind = walk(from: pixel, to: links[1], in: part)
    return (behind.pixels.reversed() + [pixel] + ahead.pixels, behind.end, ahead.end)
  }

  /// The pixels of a line behind a pixel as far as they are in the part, and what ends them.
  private func walk(
    from start: Int, to first: Int, in part: Part
  ) -> (pixels: [Int], end: CenterlineEnd, isClosed: Bool) {
    var pixels: [Int] = []
    var (before, current) = (start, first)
    while current != start {
      if let crossing = crossings.crossings[current] {
        return (
          pixels, .junction(crossing.place, squaredRadius: crossing.squaredRadius), false
        )
      }
      let place = place(current)
      guard part.isKept(place) else { return (pixels, .border, false) }
      guard part.core.contains(x: place.x, y: place.y) else { return (pixels, .cut(place), false) }
      pixels.append(current)
      guard let step = network.next(after: current, from: before) else {
        return (pixels, .free, false)
      }
      (before, current) = (current, step.pixel)
    }
    return (pixels, .free, true)
  }

  // MARK: Pixels

  private func pixel(_ pixel: Int, _ radii: RimDistance) -> CenterlinePixel {
    let squared = radii.squared(at: pixel)
    return CenterlinePixel(
      place: place(pixel), squaredRadius: squared,
      // A hole that was filled has no probability of its own.
      value: min(view.values[pixel], view.range.upperBound),
      marks: marks(of: pixel, radius: Double(squared).squareRoot() / CenterlineRules.radiusUnits))
  }

  private func marks(of pixel: Int, radius: Double) -> CenterlinePixel.Marks {
    var marks: CenterlinePixel.Marks = []
    if let bridges = view.bridges, view.range.contains(bridges[pixel]) { marks.insert(.bridge) }
    guard let crossed = view.crossed else { return marks }
    let links = network.neighbours(of: pixel)
    let width = view.window.width
    let ends = links.map {
      network.pixel(after: pixel, by: $0.pixel, steps: CenterlineRules.directionReach)
    }
    guard let first = ends.first else { return marks }
    let last = ends.count > 1 ? ends[1] : pixel
    let along = Point(
      x: Double(last % width - first % width) * rules.pixel.x,
      y: Double(last / width - first / width) * rules.pixel.y)
    guard along.squaredLength > 0 else { return marks }
    // Across the road on the ground, in pixels.
    let across = Point(x: -along.y / rules.pixel.x, y: along.x / rules.pixel.y)
    let unit = across * (1 / across.length)
    let sides = [1.0, -1.0].count { side in
      let farthest = Int(radius.rounded(.up)) + rules.bank
      return (1...farthest).contains { step in
        let x = Int((unit.x * side * Double(step)).rounded())
        let y = Int((unit.y * side * Double(step)).rounded())
        return view.range.contains(crossed[pixel + y * width + x])
      }
    }
    if sides > 0 { marks.insert(.beside) }
    if sides > 1 { marks.insert(.over) }
    return marks
  }
}
