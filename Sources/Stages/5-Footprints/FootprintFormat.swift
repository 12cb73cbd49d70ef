public import GeoFiles

/// A file format for footprints, by the end of its files' names.
public enum FootprintFormat: String, Hashable, Sendable, CaseIterable {
  /// A GeoPackage with a spatial index and a style.
  case geoPackage = "gpkg"
  /// FlatGeobuf, with a spatial index.
  case flatGeobuf = "fgb"
  /// One GeoJSON feature per line.
  case geoJSONSequence = "geojsonl"
  /// One GeoJSON collection (RFC 7946).
  case geoJSON = "geojson"
  /// Comma-separated values, with the outline as well-known text, in longitude and latitude.
  case csv
  /// A zipped Shapefile.
  case shapefile = "shp.zip"
  /// Commands for PostgreSQL with PostGIS.
  case sql
  /// A table in PostgreSQL with PostGIS, and a file that tells what was loaded.
  case postgis
  /// GeoParquet, with a box for every footprint.
  case geoParquet = "parquet"
  /// Vector tiles in a PMTiles archive.
  case tiles = "pmtiles"

  /// The end of a file's name, without the dot.
  public var fileExtension: String { rawValue }

  /// GDAL's format, where GDAL writes it.
  public var vectorFormat: VectorFormat? { VectorFormat(rawValue: rawValue) }

  /// Whether its coordinates are longitude and latitude, whatever the schema.
  public var isLonLat: Bool { vectorFormat?.isLonLat ?? (self == .csv || self == .tiles) }

  /// Whether GDAL 3.6 reads it with outlines.
  public var isReadable: Bool { vectorFormat?.isReadable ?? false }
}
