import Grids
public import Polygons

/// The attributes of roads and of bridges, and what they are called.
///
/// Of the schemas of footprints, two have a place for lines: mapwright's own and OpenStreetMap's tags.
public struct CenterlineSchema: Hashable, Sendable {
  /// What the features of a layer are.
  public enum Content: Hashable, Sendable {
    /// Roads.
    case roads
    /// Bridges, as stretches of roads or as places in their middles.
    case bridges
  }

  /// The schemas that lines can have.
  public static let known: [FootprintSchema] = [.mapwright, .osm]

  let schema: FootprintSchema
  let content: Content

  /// Chooses attributes.
  public init(_ schema: FootprintSchema, of content: Content) {
    self.schema = schema
    self.content = content
  }

  /// The attributes of every feature, in their order.
  public var fields: [VectorField] {
    func text(_ name: String) -> VectorField { VectorField(name: name, kind: .text) }
    func real(_ name: String) -> VectorField { VectorField(name: name, kind: .real) }
    if schema == .osm {
      let tags =
        content == .roads ? ["highway"] : ["highway", "bridge", "layer"]
      return tags.map(text) + [real("width"), text("source"), real("confidence")]
    }
    let own = content == .roads ? [] : [text("over"), text("road_id")]
    let place =
      content == .roads ? [] : [real("latitude"), real("longitude"), text("plus_code")]
    return [text("id"), text("class")] + own
      + [real("confidence"), real("length_m"), real("width_m")] + place
      + [
        VectorField(name: "vertices", kind: .integer), text("scene"), text("acquired"),
        text("model"), text("version"),
      ]
  }

  /// The values of a feature, one per field.
  func values(of way: MeasuredWay, provenance: FootprintProvenance, over: String?) -> [VectorValue]
  {
    let names = way.scenes.map(\.name).joined(separator: ";")
    if schema == .osm {
      let tags: [VectorValue] =
        content == .roads ? [.text("road")] : [.text("road"), .text("yes"), .text("1")]
      return tags + [
        .real(way.width), .text(names.isEmpty ? "mapwright" : "mapwright;\(names)"),
        .real(way.confidence),
      ]
    }
    let own: [VectorValue] =
      content == .roads ? [] : [over.map(VectorValue.text) ?? .null, .text(way.roadID)]
    let place: [VectorValue] =
      content == .roads
      ? []
      : [
        .real(way.middle.latitude), .real(way.middle.longitude),
        .text(
          PlusCode(latitude: way.middle.latitude, longitude: way.middle.longitude, digits: 11).text),
      ]
    return [.text(way.id), .text(content == .roads ? provenance.className : "bridge")] + own
      + [.real(way.confidence), .real(way.length), .real(way.width)] + place
      + [
        .integer(Int64(way.line.points.count)), FootprintSchema.names(of: way.scenes),
        FootprintSchema.acquired(way.scenes), .text(provenance.model), .text(provenance.version),
      ]
  }
}

/// A road or a bridge on the ground, and what is known of it.
struct MeasuredWay {
  /// Its name.
  var id: String
  /// The name of the road that it is a part of; its own for a road.
  var roadID: String
  /// In the run's coordinates.
  var line: Line
  /// On the ellipsoid, in m, in hundredths.
  var length: Double
  /// In m, in hundredths.
  var width: Double
  /// The mean probability along it, 0…1, in thousandths.
  var confidence: Double
  /// The place in its middle, in the run's coordinates.
  var place: Point
  /// The same place in degrees, to seven places.
  var middle: (longitude: Double, latitude: Double)
  /// Those whose extent holds its canonical pixel.
  var scenes: [FootprintProvenance.Scene]
}
