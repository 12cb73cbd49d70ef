public import Polygons
import Grids

/// Which attributes footprints have, and what they are called.
///
/// All but ``mapwright`` are in longitude and latitude on WGS 84, as those who made them have them.
public enum FootprintSchema: String, Hashable, Sendable, CaseIterable {
  /// All that is known, in the run's reference system.
  case mapwright
  /// Google's Open Buildings, version 3: https://sites.research.google/gr/open-buildings.
  case openbuildings
  /// Overture Maps, theme buildings, type building:
  /// https://docs.overturemaps.org/schema/reference/buildings/building.
  case overture
  /// Tags of OpenStreetMap, for editors and import tools; which one, says the name of the class:
  /// https://wiki.openstreetmap.org/wiki/Map_features.
  case osm
  /// Microsoft's Global ML Building Footprints:
  /// https://github.com/microsoft/GlobalMLBuildingFootprints.
  case microsoft

  /// Whether coordinates are longitude and latitude in every format.
  public var isLonLat: Bool { self != .mapwright }

  /// Whether it can tell what a class is; some know buildings alone.
  ///
  /// - Parameter className: The class; its name is all that is known of it.
  public func knows(className: String) -> Bool {
    switch self {
    case .mapwright, .osm: true
    case .openbuildings, .overture, .microsoft: MapTag(className: className) == .building
    }
  }

  /// How many columns stand before the outline's in CSV.
  var geometryColumn: Int { self == .openbuildings ? 4 : fields(of: "").count }

  /// Whether a footprint's confidence is among the attributes.
  var hasConfidence: Bool { self != .overture }

  /// The attributes of every footprint of a class, in their order.
  public func fields(of className: String) -> [VectorField] {
    switch self {
    case .mapwright:
      [
        .text("id"), .text("class"), .real("confidence"), .real("area_in_meters"),
        .real("latitude"), .real("longitude"), .text("plus_code"),
        VectorField(name: "vertices", kind: .integer), .text("method"), .real("direction"),
        .text("scene"), .text("acquired"), .text("model"), .text("version"),
      ]
    case .openbuildings:
      [
        .real("latitude"), .real("longitude"), .real("area_in_meters"), .real("confidence"),
        .text("full_plus_code"),
      ]
    case .overture:
      [
        .text("id"), .text("theme"), .text("type"), VectorField(name: "version", kind: .integer),
        VectorField(name: "sources", kind: .records(Self.sourceFields)),
      ]
    case .osm: [.text(MapTag(className: className).key), .text("source"), .real("confidence")]
    case .microsoft: [.real("height"), .real("confidence")]
    }
  }

  /// Of Overture's source items, what is known here.
  private static let sourceFields: [VectorField] = [
    .text("property"), .text("dataset"), .text("record_id"), .text("update_time"),
    .real("confidence"),
  ]

  /// The values of a footprint, one per field.
  ///
  /// - Parameter scenes: Those whose extent holds its first pixel.
  func values(
    of footprint: Footprint, id: String, provenance: FootprintProvenance,
    scenes: [FootprintProvenance.Scene]
  ) -> [VectorValue] {
    func plusCode(_ digits: Int) -> VectorValue {
      .text(
        PlusCode(latitude: footprint.latitude, longitude: footprint.longitude, digits: digits).text)
    }
    switch self {
    case .mapwright:
      return [
        .text(id), .text(provenance.className), .real(footprint.confidence),
        .real(footprint.areaSquareMeters), .real(footprint.latitude), .real(footprint.longitude),
        plusCode(11), .integer(Int64(footprint.polygon.vertexCount)),
        .text(footprint.method.rawValue), footprint.direction.map(VectorValue.real) ?? .null,
        Self.names(of: scenes), Self.acquired(scenes), .text(provenance.model),
        .text(provenance.version),
      ]
    case .openbuildings:
      return [
        .real(footprint.latitude), .real(footprint.longitude), .real(footprint.areaSquareMeters),
        .real(footprint.confidence), plusCode(11),
      ]
    case .overture:
      return [
        .text(id), .text("buildings"), .text("building"), .integer(0),
        .records(Self.sources(of: footprint, id: id, provenance: provenance, scenes: scenes)),
      ]
    case .osm:
      let names = scenes.map(\.name).joined(separator: ";")
      return [
        .text(MapTag(className: provenance.className).value),
        .text(names.isEmpty ? "mapwright" : "mapwright;\(names)"),
        .real(footprint.confidence),
      ]
    // No height is known here: Microsoft writes -1 then.
    case .microsoft: return [.real(-1), .real(footprint.confidence)]
    }
  }

  static func names(of scenes: [FootprintProvenance.Scene]) -> VectorValue {
    scenes.isEmpty ? .null : .text(scenes.map(\.name).joined(separator: ";"))
  }

  /// The time of the only scene, or the interval of several (ISO 8601).
  static func acquired(_ scenes: [FootprintProvenance.Scene]) -> VectorValue {
    let times = Set(scenes.compactMap(\.acquired)).sorted()
    guard let first = times.first, let last = times.last else { return .null }
    return .text(first == last ? first : "\(first)/\(last)")
  }

  /// One source for every scene; the program itself where none is known.
  private static func sources(
    of footprint: Footprint, id: String, provenance: FootprintProvenance,
    scenes: [FootprintProvenance.Scene]
  ) -> [[VectorValue]] {
    func source(_ dataset: String, _ acquired: String?) -> [VectorValue] {
      // Overture wants a time zone, which not every scene names.
      let time = acquired.flatMap { $0.hasSuffix("Z") ? VectorValue.text($0) : nil } ?? .null
      return [
        .text(""), .text(dataset), .text(id), time, .real(footprint.confidence),
      ]
    }
    let sources = scenes.map { source($0.name, $0.acquired) }
    return sources.isEmpty ? [source("mapwright", nil)] : sources
  }
}

extension VectorField {
  fileprivate static func text(_ name: String) -> VectorField {
    VectorField(name: name, kind: .text)
  }

  fileprivate static func real(_ name: String) -> VectorField {
    VectorField(name: name, kind: .real)
  }
}
