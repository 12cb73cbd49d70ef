import CGDAL
import Polygons

/// How a layer is drawn, for programs that look into the file for it.
public struct VectorStyle: Hashable, Sendable {
  /// The style's name.
  public var name: String
  /// In QGIS's own form.
  public var qml: String
  /// As a Styled Layer Descriptor.
  public var sld: String

  /// Makes a style.
  public init(name: String, qml: String, sld: String) {
    self.name = name
    self.qml = qml
    self.sld = sld
  }
}

extension VectorWriter {
  /// Puts a style into the table in which QGIS looks for them, as the layer's default.
  ///
  /// Source: QGIS 3.22, src/providers/ogr/qgsogrprovider.cpp, `saveStyle`.
  static func add(
    _ style: VectorStyle, to layerName: String, in dataset: GDALDatasetH, at path: String
  ) throws(GeoFileError) {
    let values: [(name: String, value: VectorValue)] = [
      ("f_table_catalog", .text("")), ("f_table_schema", .text("")),
      ("f_table_name", .text(layerName)), ("f_geometry_column", .text("geom")),
      ("styleName", .text(style.name)), ("styleQML", .text(style.qml)),
      ("styleSLD", .text(style.sld)), ("useAsDefault", .integer(1)), ("description", .text("")),
      ("owner", .text("")), ("ui", .null), ("update_time", .text("2000-01-01T00:00:00.000Z")),
    ]
    let (isDone, said) = GDALListener.listen { () -> Bool in
      let layer = withStringList(["FID=id"]) {
        GDALDatasetCreateLayer(dataset, "layer_styles", nil, wkbNone, $0)
      }
      guard let layer else { return false }
      for (name, value) in values {
        let isNumber = if case .integer = value { true } else { false }
        guard let definition = OGR_Fld_Create(name, isNumber ? OFTInteger : OFTString) else {
          return false
        }
        defer { OGR_Fld_Destroy(definition) }
        if isNumber { OGR_Fld_SetSubType(definition, OFSTBoolean) }
        guard OGR_L_CreateField(layer, definition, 0) == OGRERR_NONE else { return false }
      }
      guard let row = OGR_F_Create(OGR_L_GetLayerDefn(layer)) else { return false }
      defer { OGR_F_Destroy(row) }
      for (index, field) in values.enumerated() {
        set(field.value, .text, Int32(index), of: row)
      }
      return OGR_L_CreateFeature(layer, row) == OGRERR_NONE
    }
    guard isDone && said.isContent else {
      throw .cannotWrite(
        what: "the style", path: path, reason: said.words.withDiskState(of: path))
    }
  }
}
