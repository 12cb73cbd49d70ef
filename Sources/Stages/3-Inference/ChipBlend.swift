public import Grids
public import Imagery

/// Joins the answers of neighbouring chips that overlap: near a seam each counts by how far its own core
/// reaches.
///
/// ```
///    core of A   │   core of B          weight of A   ──╲
///        ┌───────┼───────┐                               ╲
///        │ b px  │ b px  │              weight of B       ╲──   both add up to 4b
///        └───────┼───────┘
/// ```
///
/// Weights and sums are whole numbers: the order in which chips come is of no account. Along both axes
/// together, weights are products. Pixels farther than `b` from every seam are what their own chip says.
public struct ChipBlend {
  /// How cores lie; answers reach ``margin`` px beyond them.
  public let layout: ChipLayout
  /// How far an answer reaches beyond its chip's core, in pixels.
  public let margin: Int
  private let publishedCount: Int
  private var answers: [ChipIndex: ClassMap] = [:]

  /// Begins without answers.
  ///
  /// - Parameter publishedCount: The number of classes; the answers' first layers are their probabilities.
  /// - Precondition: Two margins fit into a core, and `margin` is at most 1024.
  public init(layout: ChipLayout, margin: Int, publishedCount: Int) {
    precondition(margin > 0 && 2 * margin <= layout.core && margin <= 1024)
    (self.layout, self.margin, self.publishedCount) = (layout, margin, publishedCount)
  }

  /// Takes in what was said of a chip.
  ///
  /// - Precondition: Its window is the core and the margin around it.
  public mutating func add(_ answer: ClassMap, of chip: ChipIndex) {
    precondition(answer.window == layout.core(of: chip).outset(by: margin))
    answers[chip] = answer
  }

  /// Forgets the answers of a row of chips and of those above it.
  public mutating func forget(throughRow row: Int) {
    answers = answers.filter { $0.key.row > row }
  }

  /// The map of a chip's core, of its own answer and those of its eight neighbours; nil where there is no
  /// answer of its own.
  ///
  /// - Complexity: O(pixels × layers).
  public func core(of chip: ChipIndex) -> ClassMap? {
    guard let own = answers[chip] else { return nil }
    var map = Self.cut(own, to: layout.core(of: chip))
    for (rows, top) in zip(bands, -1...1) {
      for (columns, left) in zip(bands, -1...1) where top != 0 || left != 0 {
        let part = PixelWindow(
          x: map.window.x + columns.lowerBound, y: map.window.y + rows.lowerBound,
          width: columns.count, height: rows.count)
        let others = [(0, top), (left, 0), (left, top)].filter { $0 != (0, 0) }
        let near = Set(others.map { ChipIndex(column: chip.column + $0.0, row: chip.row + $0.1) })
          .sorted { ($0.row, $0.column) < ($1.row, $1.column) }
          .compactMap { chip in answers[chip].map { (chip, $0) } }
        blend(part, of: [(chip, own)] + near, into: &map)
      }
    }
    return map
  }

  /// A core's columns or rows: those near its first seam, those near none, those near its last.
  private var bands: [Range<Int>] {
    [0..<margin, margin..<layout.core - margin, layout.core - margin..<layout.core]
  }

  /// A chip's weight at a column or row of the lattice, along one axis.
  private func weight(_ place: Int, coreStart: Int) -> UInt32 {
    let inside = place - coreStart
    let toEdge = min(inside + margin, layout.core + margin - 1 - inside)
    return UInt32(min(2 * toEdge + 1, 4 * margin))
  }

  /// Blends a part of a core that several answers cover.
  private func blend(
    _ part: PixelWindow, of given: [(ChipIndex, ClassMap)], into map: inout ClassMap
  ) {
    guard !part.isEmpty, given.count > 1 else { return }
    let layerCount = map.layerCount
    var sums = [UInt32](repeating: 0, count: part.area * layerCount)
    var totals = [UInt32](repeating: 0, count: part.area)
    for (chip, answer) in given {
      let core = layout.core(of: chip)
      let across = (part.x..<part.maxX).map { weight($0, coreStart: core.x) }
      for row in 0..<part.height {
        let along = weight(part.y + row, coreStart: core.y)
        let source =
          (part.y + row - answer.window.y) * answer.window.width + part.x - answer.window.x
        for column in 0..<part.width
        where answer.coverage[source + column] == Coverage.mapped.rawValue {
          let (place, weight) = (row * part.width + column, across[column] * along)
          totals[place] += weight
          for layer in 0..<layerCount {
            let value = answer.probabilities[layer * answer.window.area + source + column]
            sums[layer * part.area + place] += weight * UInt32(value)
          }
        }
      }
    }
    let area = map.window.area
    for row in 0..<part.height {
      let target = (part.y + row - map.window.y) * map.window.width + part.x - map.window.x
      for column in 0..<part.width
      where map.coverage[target + column] == Coverage.mapped.rawValue {
        let place = row * part.width + column
        let total = totals[place]
        for layer in 0..<layerCount {
          let sum = UInt64(sums[layer * part.area + place])
          map.probabilities[layer * area + target + column] = UInt8(
            (2 * sum + UInt64(total)) / (2 * UInt64(total)))
        }
        var best = 0
        for layer in 1..<max(1, publishedCount)
        where sums[layer * part.area + place] > sums[best * part.area + place] { best = layer }
        map.classes[target + column] = UInt8(best)
      }
    }
  }

  private static func cut(_ map: ClassMap, to window: PixelWindow) -> ClassMap {
    var part = ClassMap(window: window, layerCount: map.layerCount, coverage: .outside)
    let (pitch, area) = (map.window.width, map.window.area)
    for row in 0..<window.height {
      let source = (window.y + row - map.window.y) * pitch + window.x - map.window.x
      let target = row * window.width
      part.classes.replaceSubrange(
        target..<target + window.width, with: map.classes[source..<source + window.width])
      part.coverage.replaceSubrange(
        target..<target + window.width, with: map.coverage[source..<source + window.width])
      if !map.provenance.isEmpty {
        part.provenance += map.provenance[source..<source + window.width]
      }
      for layer in 0..<map.layerCount {
        let from = layer * area + source
        let to = layer * window.area + target
        part.probabilities.replaceSubrange(
          to..<to + window.width, with: map.probabilities[from..<from + window.width])
      }
    }
    return part
  }
}

extension ClassMap {
  /// The map with some of its layers, in another order.
  public func selecting(_ chosen: [Int]) -> ClassMap {
    guard chosen != Array(0..<layerCount) else { return self }
    var map = ClassMap(window: window, layerCount: chosen.count, coverage: .outside)
    (map.classes, map.coverage, map.provenance) = (classes, coverage, provenance)
    map.probabilities = chosen.flatMap {
      probabilities[$0 * window.area..<($0 + 1) * window.area]
    }
    return map
  }
}
