/// A file format for features that GDAL writes, by the end of its files' names.
public enum VectorFormat: String, Hashable, Sendable, CaseIterable {
  /// A GeoPackage: a SQLite database with a spatial index.
  case geoPackage = "gpkg"
  /// FlatGeobuf: one stream with a spatial index in front, readable over HTTP by ranges.
  case flatGeobuf = "fgb"
  /// One GeoJSON feature per line, in longitude and latitude on WGS 84.
  case geoJSONSequence = "geojsonl"
  /// One GeoJSON collection (RFC 7946), in longitude and latitude on WGS 84.
  case geoJSON = "geojson"
  /// A zipped Shapefile: names of ten letters, texts of 254 bytes, 2 GB.
  case shapefile = "shp.zip"
  /// Commands for PostgreSQL with PostGIS.
  case sql

  /// The usual end of a file's name, without the dot.
  public var fileExtension: String { rawValue }

  /// Whether the coordinates are longitude and latitude, whatever those of the polygons are.
  public var isLonLat: Bool { self == .geoJSON || self == .geoJSONSequence }

  /// Whether GDAL reads what it writes.
  public var isReadable: Bool { self != .sql }

  /// Whether GDAL knows the format by the end of a file's name alone.
  var isKnownByName: Bool { self == .flatGeobuf || self == .shapefile }

  var driver: String {
    switch self {
    case .geoPackage: "GPKG"
    case .flatGeobuf: "FlatGeobuf"
    case .geoJSONSequence: "GeoJSONSeq"
    case .geoJSON: "GeoJSON"
    case .shapefile: "ESRI Shapefile"
    case .sql: "PGDUMP"
    }
  }

  /// How GDAL is to make a layer.
  ///
  /// - Parameter hasIdentifier: Whether the first field names features; GeoJSON has a place for it.
  func layerOptions(hasIdentifier: Bool) -> [String] {
    let identifier = hasIdentifier ? ["ID_FIELD=id"] : []
    return switch self {
    case .geoPackage: ["GEOMETRY_NAME=geom", "FID=fid", "SPATIAL_INDEX=YES"]
    case .flatGeobuf: ["SPATIAL_INDEX=YES"]
    case .geoJSONSequence: ["RS=NO", "COORDINATE_PRECISION=7"] + identifier
    case .geoJSON: ["RFC7946=YES", "WRITE_BBOX=YES", "WRITE_NAME=NO"] + identifier
    // A Shapefile's table would hold the day of its making.
    case .shapefile: ["ENCODING=UTF-8", "DBF_DATE_LAST_UPDATE=2000-01-01", "RESIZE=NO"]
    // A table that is there already is an error, and not the user's loss.
    case .sql:
      ["GEOMETRY_NAME=geom", "FID=fid", "CREATE_SCHEMA=OFF", "LAUNDER=YES", "DROP_TABLE=OFF"]
    }
  }
}
