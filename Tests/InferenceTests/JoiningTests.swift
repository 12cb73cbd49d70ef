import Grids
import Imagery
import Inference
import TestSupport
import Testing

/// A map of noise, with pixels of every fate.
private func noise(_ seed: UInt64, in window: PixelWindow, layers: Int = 2) -> ClassMap {
  var random = SeededGenerator(seed: seed)
  var map = ClassMap(window: window, layerCount: layers, coverage: .outside)
  for place in 0..<window.area {
    let fates = [Coverage.mapped, .mapped, .mapped, .nodata, .cloud, .outside]
    let coverage = fates[Int(random.next() % 6)]
    map.coverage[place] = coverage.rawValue
    guard coverage == .mapped else { continue }
    map.classes[place] = UInt8(random.next() % 2)
    for layer in 0..<layers {
      map.probabilities[layer * window.area + place] = UInt8(random.next() % 201)
    }
  }
  return map
}

@Suite struct `The mean over scenes` {
  let window = PixelWindow(x: -3, y: 5, width: 20, height: 10)

  func mean(_ maps: [ClassMap]) -> ClassMap {
    var average = SceneAverage(window: window, publishedCount: 2, layerCount: 2)
    for map in maps { average.add(map) }
    return average.finish()
  }

  @Test func `is rounded half up, its class that of the greatest sum, and of equal ones the first`()
  {
    func map(_ first: UInt8, _ second: UInt8, class chosen: UInt8) -> ClassMap {
      var map = ClassMap(window: window, layerCount: 2, coverage: .mapped)
      map.classes[0] = chosen
      map.probabilities[0] = first
      map.probabilities[window.area] = second
      return map
    }
    let three = mean([map(0, 200, class: 1), map(101, 99, class: 0), map(100, 100, class: 0)])
    #expect(three.probabilities[0] == 67 && three.probabilities[window.area] == 133)
    #expect(three.classes[0] == 1)
    let even = mean([map(99, 101, class: 1), map(102, 98, class: 0), map(99, 101, class: 1)])
    #expect(even.classes[0] == 0, "300 of 600 each")
    #expect(mean([map(100, 101, class: 0), map(101, 100, class: 1)]).probabilities[0] == 101)
    #expect(mean([map(99, 101, class: 0)]).classes[0] == 0, "one scene's own class stands")
  }

  @Test func `does not depend on the order, and takes what is clear before what is not`() {
    let maps = (1...5).map { noise(UInt64($0), in: window) }
    let (one, other) = (mean(maps), mean(maps.reversed()))
    #expect(one.probabilities == other.probabilities && one.coverage == other.coverage)
    for place in 0..<window.area {
      let fates = maps.map { $0.coverage[place] }
      let shown = maps.filter { $0.coverage[place] == Coverage.mapped.rawValue }
      let wanted: Coverage =
        [.mapped, .cloud, .nodata].first { fates.contains($0.rawValue) } ?? .outside
      #expect(one.coverage[place] == wanted.rawValue)
      let sum = shown.reduce(0) { $0 + Int($1.probabilities[place]) }
      let mean = shown.isEmpty ? 255 : (2 * sum + shown.count) / (2 * shown.count)
      #expect(one.probabilities[place] == mean)
      if shown.count == 1 { #expect(one.classes[place] == shown[0].classes[place]) }
    }
  }
}

@Suite struct `Blended chips` {
  let layout: ChipLayout
  let margin = 16

  init() throws { layout = try ChipLayout(chip: 128, halo: 32) }

  /// Answers that say one thing each all over.
  func answers(_ value: (ChipIndex) -> UInt8) -> [(ChipIndex, ClassMap)] {
    (-1...1).flatMap { row in
      (-1...1).map { column in
        let chip = ChipIndex(column: column, row: row)
        var map = ClassMap(
          window: layout.core(of: chip).outset(by: margin), layerCount: 2, coverage: .mapped)
        let area = map.window.area
        map.classes = [UInt8](repeating: value(chip) > 100 ? 1 : 0, count: area)
        map.probabilities =
          [UInt8](repeating: 200 - value(chip), count: area)
          + [UInt8](repeating: value(chip), count: area)
        return (chip, map)
      }
    }
  }

  func blended(_ answers: [(ChipIndex, ClassMap)]) -> ClassMap? {
    var blend = ChipBlend(layout: layout, margin: margin, publishedCount: 2)
    for (chip, map) in answers { blend.add(map, of: chip) }
    return blend.core(of: ChipIndex(column: 0, row: 0))
  }

  @Test func `fade into each other in a straight line, and are themselves inside`() throws {
    // East of the core all is 200, elsewhere 0.
    let map = try #require(blended(answers { $0.column == 1 ? 200 : 0 }))
    let area = map.window.area
    for row in [0, 20, 32, 63] {
      for column in 0..<64 {
        let beyond = Double(column) + 0.5 - 48
        let wanted = beyond <= 0 ? 0 : 200 * beyond / 32
        let value = map.probabilities[area + row * 64 + column]
        #expect(abs(Double(value) - wanted) <= 0.5, "\(column), \(row)")
        #expect(map.classes[row * 64 + column] == (value > 100 ? 1 : 0))
      }
    }
  }

  @Test func `count in a corner by the product of both`() throws {
    let map = try #require(
      blended(answers { $0.column == 1 && $0.row == -1 ? 200 : 0 }))
    for (row, column) in [(0, 63), (3, 60), (15, 48)] {
      let (x, y) = (Double(column) + 0.5 - 48, 16 - (Double(row) + 0.5))
      let value = Double(map.probabilities[map.window.area + row * 64 + column])
      #expect(abs(value - 200 * x * y / 1024) <= 0.5)
    }
  }

  @Test func `do not depend on the order, and where all agree change nothing`() throws {
    let noises = answers { _ in 0 }.map { chip, map in
      let number = UInt64(3 * chip.row + chip.column + 10)
      var other = noise(number, in: map.window)
      other.coverage = [UInt8](repeating: Coverage.mapped.rawValue, count: map.window.area)
      other.probabilities = other.probabilities.map { $0 == 255 ? 7 : $0 }
      return (chip, other)
    }
    let (one, other) = (try #require(blended(noises)), try #require(blended(noises.reversed())))
    #expect(one.probabilities == other.probabilities && one.classes == other.classes)
    let same = try #require(blended(answers { _ in 137 }))
    #expect(same.probabilities.prefix(64 * 64).allSatisfy { $0 == 63 })
    #expect(same.probabilities.dropFirst(64 * 64).allSatisfy { $0 == 137 })
  }

  @Test func `leave alone what no neighbour speaks of, and forget whole rows`() throws {
    let own = answers { _ in 137 }.filter { $0.0 == ChipIndex(column: 0, row: 0) }
    #expect(try #require(blended(own)).probabilities.last == 137)
    var blend = ChipBlend(layout: layout, margin: margin, publishedCount: 2)
    for (chip, map) in answers({ _ in 1 }) { blend.add(map, of: chip) }
    blend.forget(throughRow: 0)
    #expect(blend.core(of: ChipIndex(column: 0, row: 0)) == nil)
    #expect(blend.core(of: ChipIndex(column: 0, row: 1)) != nil)
  }
}
