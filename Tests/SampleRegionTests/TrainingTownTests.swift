import Testing

@testable import draw_sample

/// The sample region's town, planned once for all tests.
private let town = SampleRegion.town()

/// A scene of 48 m by 48 m around a place of it.
private func scene(around middle: Place) -> Scene {
  Scene(
    name: "", columns: 160, rows: 160, corner: middle + Place(-24, 24), heading: Heading(turn: 0),
    camera: Camera(seed: 1))
}

/// What a scene's labels say about a place.
private func label(at place: Place, in scene: Scene, _ labels: [UInt8]) -> Label? {
  let pixel = scene.pixel(place)
  return Label(rawValue: labels[Int(pixel.y) * scene.columns + Int(pixel.x)])
}

@Suite struct `Labels of a scene` {
  @Test func `know a bridge, the water beside it and the street before it`() throws {
    let bridge = try #require(town.bridges.first { SampleRegion.shows($0.frame.origin) })
    let scene = scene(around: bridge.frame.origin)
    let labels = LabelPainter(scene: scene, town: town).labels()
    let middle = bridge.frame.origin
    let river = try #require(
      town.river.segments.min {
        distance(from: middle, toSegmentFrom: $0.start, to: $0.end)
          < distance(from: middle, toSegmentFrom: $1.start, to: $1.end)
      })
    let downstream = Heading(from: river.start, to: river.end).along

    #expect(label(at: middle, in: scene, labels) == .bridge)
    #expect(label(at: middle + 8 * downstream, in: scene, labels) == .water)
    #expect(label(at: middle - 8 * downstream, in: scene, labels) == .water)
    let before = bridge.frame.place(Place(bridge.half.x + 2, 0))
    #expect(label(at: before, in: scene, labels) == .road)
  }

  @Test func `tell touching buildings apart by the wall they share`() throws {
    var wall: Place?
    for (index, one) in town.buildings.enumerated() where one.plan == .row {
      for other in town.buildings[(index + 1)...] where other.plan == .row {
        let between = (one.frame.origin + other.frame.origin) / 2
        let insets = [one, other].map { $0.inset(of: $0.frame.local(between)) }
        if insets.allSatisfy({ abs($0) < 0.25 }) { wall = between }
      }
    }
    let place = try #require(wall)
    let scene = scene(around: place)

    let labels = LabelPainter(scene: scene, town: town).labels()

    #expect(label(at: place, in: scene, labels) == .contact)
  }

  @Test func `cover as much ground as the outlines of the truth`() throws {
    let house = try #require(
      town.buildings.first { house in
        house.plan == .ell
          && town.buildings.allSatisfy {
            let off = length($0.frame.origin - house.frame.origin)
            return off == 0 || off > 45
          }
      } ?? town.buildings.first { $0.plan == .courtyard })
    let scene = scene(around: house.frame.origin)
    let labels = LabelPainter(scene: scene, town: town).labels()
    let rings = [house.outline, house.yard].filter { !$0.isEmpty }
    let area = rings.reduce(0) { $0 + signedArea(of: $1) }

    let pixels = labels.indices.count { index in
      let place = scene.place(
        Double(index % scene.columns) + 0.5, Double(index / scene.columns) + 0.5)
      return labels[index] == Label.building.rawValue && house.covers(place)
    }

    #expect(abs(Double(pixels) * 0.09 - area) < 0.02 * area)
  }

  @Test func `do not know what a cloud hides`() throws {
    var scene = scene(around: Place(300, 300))
    scene.cloud = Cloud(middle: Place(300, 300), radius: 12, fall: Place(90, 0), seed: 3)

    let labels = LabelPainter(scene: scene, town: town).labels()

    #expect(label(at: Place(300, 300), in: scene, labels) == .unknown)
    #expect(label(at: Place(279, 279), in: scene, labels) != .unknown)
  }

  private func signedArea(of ring: [Place]) -> Double {
    zip(ring, ring.dropFirst() + [ring[0]]).reduce(0) {
      $0 + ($1.0.x * $1.1.y - $1.0.y * $1.1.x) / 2
    }
  }
}

@Suite struct `A training town` {
  @Test func `is the same for the same seed and number, and another for others`() {
    let one = TrainingTown(number: 3, seed: 9)
    let same = TrainingTown(number: 3, seed: 9)
    let others = [TrainingTown(number: 4, seed: 9), TrainingTown(number: 3, seed: 10)]

    #expect(one.town.buildings.map(\.frame.origin) == same.town.buildings.map(\.frame.origin))
    for other in others {
      #expect(one.town.buildings.map(\.frame.origin) != other.town.buildings.map(\.frame.origin))
    }
  }

  @Test func `has bridges more often than not`() {
    let counts = (1...4).map { TrainingTown(number: $0, seed: 1).bridgesInPicture }

    #expect(counts.count { $0 > 0 } >= 3, "\(counts)")
    #expect(counts.reduce(0, +) >= 8, "\(counts)")
  }
}

extension TrainingTown {
  fileprivate var bridgesInPicture: Int {
    town.bridges.count { scene.pictures($0.frame.origin) }
  }
}
