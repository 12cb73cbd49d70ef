import Polygons

/// What was drawn, as GeoJSON in longitude and latitude on WGS 84 (RFC 7946).
struct Truth {
  let town: Town
  /// Carries ground coordinates of the region to longitude and latitude.
  let convert: ([Point]) throws -> [Point]

  /// The outlines of the buildings that the scenes show.
  func buildings() throws -> String {
    try collection(numbered.filter { isSeen($0.building) }.map(feature))
  }

  /// Everything else that has a shape: streets, river, bridges, and buildings under the cloud.
  func others() throws -> String {
    var features: [String] = []
    for way in [town.river] + town.ways {
      let name = way.surface == .water ? "river" : "road"
      for stretch in stretches(of: way.points) {
        let line = try coordinates(stretch)
        features.append(
          Self.feature(
            [("kind", name), ("surface", "\(way.surface)")], numbers: [("width_m", way.breadth)],
            type: "LineString", "[\(line)]"))
      }
    }
    for bridge in town.bridges where SampleRegion.shows(bridge.frame.origin) {
      let half = bridge.half
      let corners = [
        Place(-half.x, -half.y), Place(half.x, -half.y), half, Place(-half.x, half.y),
      ]
      let ring = try ring(corners.map(bridge.frame.place))
      features.append(Self.feature([("kind", "bridge")], type: "Polygon", "[\(ring)]"))
    }
    features += try numbered.filter { !isSeen($0.building) }.map(feature)
    return collection(features)
  }

  private var numbered: [(number: Int, building: Building)] {
    town.buildings.enumerated().map { ($0 + 1, $1) }
  }

  /// Whether the cloud leaves at least half of a building to be seen.
  private func isSeen(_ building: Building) -> Bool {
    let places = building.outline.map(building.frame.place)
    let hidden = places.filter { place in
      SampleRegion.scenes.contains { ($0.cloud?.density(at: place) ?? 0) > 0.5 }
    }
    return 2 * hidden.count <= places.count
  }

  private func feature(_ number: Int, _ building: Building) throws -> String {
    let outlines = [building.outline, building.yard].filter { !$0.isEmpty }
    let rings = try outlines.map { try ring($0.map(building.frame.place)) }
    var texts = [
      ("kind", building.plan.rawValue), ("roof", building.material.rawValue),
      ("form", building.form.rawValue),
    ]
    if !isSeen(building) { texts.append(("hidden", "cloud")) }
    return Self.feature(
      texts, numbers: [("id", Double(number))], type: "Polygon",
      "[\(rings.joined(separator: ", "))]")
  }

  /// The parts of a line that the scenes show, cut between its points.
  private func stretches(of points: [Place]) -> [[Place]] {
    var stretches: [[Place]] = []
    var current: [Place] = []
    for (start, end) in zip(points, points.dropFirst()) {
      if SampleRegion.shows(start) || SampleRegion.shows(end) {
        if current.isEmpty { current = [start] }
        current.append(end)
      } else if !current.isEmpty {
        stretches.append(current)
        current = []
      }
    }
    return current.isEmpty ? stretches : stretches + [current]
  }

  private func ring(_ places: [Place]) throws -> String {
    "[\(try coordinates(places + [places[0]]))]"
  }

  private func coordinates(_ places: [Place]) throws -> String {
    let ground = places.map { place in
      let (x, y) = SampleRegion.ground(of: place)
      return Point(x: x, y: y)
    }
    return try convert(ground)
      .map { "[\(Self.decimal($0.x, places: 8)), \(Self.decimal($0.y, places: 8))]" }
      .joined(separator: ", ")
  }

  private func collection(_ features: [String]) -> String {
    """
    {"type": "FeatureCollection", "features": [
    \(features.joined(separator: ",\n"))
    ]}

    """
  }

  private static func feature(
    _ texts: [(String, String)], numbers: [(String, Double)] = [], type: String,
    _ coordinates: String
  ) -> String {
    let properties =
      numbers.map { "\"\($0.0)\": \(decimal($0.1, places: $0.0 == "id" ? 0 : 1))" }
      + texts.map { "\"\($0.0)\": \"\($0.1)\"" }
    return """
      {"type": "Feature", "properties": {\(properties.joined(separator: ", "))}, \
      "geometry": {"type": "\(type)", "coordinates": \(coordinates)}}
      """
  }

  /// A number with so many decimals: 8 in a degree are about a millimetre.
  private static func decimal(_ number: Double, places: Int) -> String {
    let scale = (0..<places).reduce(1) { power, _ in power * 10 }
    let units = Int((number * Double(scale)).rounded())
    guard places > 0 else { return "\(units)" }
    let digits = "\(abs(units) % scale)"
    let zeros = String(repeating: "0", count: places - digits.count)
    return "\(units < 0 ? "-" : "")\(abs(units) / scale).\(zeros)\(digits)"
  }
}
