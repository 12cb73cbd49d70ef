import GeoFiles
public import Grids
import Polygons

/// A project of QGIS: layers of files beside it, named by relative paths, so that the folder can be
/// moved and copied whole.
///
/// Source: files that QGIS 3.22 saves.
public struct QGISProject: Hashable, Sendable {
  /// A layer of the project.
  public struct Layer: Hashable, Sendable {
    /// What the layer holds.
    public enum Kind: Hashable, Sendable {
      /// Outlines, lines or places, drawn in a style.
      case features(FootprintStyle)
      /// Pixels, drawn by the colours in their file.
      case raster
    }

    /// The name in the legend.
    public let name: String
    /// The file, relative to the project, as GDAL is to open it.
    public let source: String
    /// What it holds.
    public let kind: Kind
    /// The system of its coordinates.
    public let crs: CoordinateReference
    /// Whether it is shown when the project is opened.
    public let isShown: Bool

    /// Names a layer.
    public init(
      name: String, source: String, kind: Kind, crs: CoordinateReference, isShown: Bool = true
    ) {
      self.name = name
      self.source = source
      self.kind = kind
      self.crs = crs
      self.isShown = isShown
    }
  }

  private let name: String
  private let crs: CoordinateReference
  private let bounds: GroundBounds
  private let layers: [Layer]

  /// Makes a project.
  ///
  /// - Parameters:
  ///   - name: The title.
  ///   - crs: The system that the map is drawn in.
  ///   - bounds: What is seen first, in that system.
  ///   - layers: The topmost first.
  public init(
    name: String, crs: CoordinateReference, bounds: GroundBounds, layers: [Layer]
  ) {
    self.name = name
    self.crs = crs
    self.bounds = bounds
    self.layers = layers
  }

  /// The project's XML.
  public var text: String {
    let tree = layers.enumerated().map { index, layer in
      "    <layer-tree-layer id=\"mapwright_layer_\(index)\" name=\"\(layer.name.escapedForXML)\" "
        + "source=\"\(layer.source.escapedForXML)\" providerKey=\"\(provider(layer))\" "
        + "checked=\"\(layer.isShown ? "Qt::Checked" : "Qt::Unchecked")\" expanded=\"1\"/>"
    }
    let order = layers.indices.map { "    <layer id=\"mapwright_layer_\($0)\"/>" }
    return """
      <!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
      <qgis projectname="\(name.escapedForXML)" version="3.22.0">
        <title>\(name.escapedForXML)</title>
        <projectCrs>
      \(Self.reference(crs))
        </projectCrs>
        <layer-tree-group>
      \(tree.joined(separator: "\n"))
        </layer-tree-group>
        <mapcanvas name="theMapCanvas">
          <extent>
            <xmin>\(bounds.west)</xmin>
            <ymin>\(bounds.south)</ymin>
            <xmax>\(bounds.east)</xmax>
            <ymax>\(bounds.north)</ymax>
          </extent>
          <destinationsrs>
      \(Self.reference(crs))
          </destinationsrs>
        </mapcanvas>
        <projectlayers>
      \(layers.enumerated().map(mapLayer).joined(separator: "\n"))
        </projectlayers>
        <layerorder>
      \(order.joined(separator: "\n"))
        </layerorder>
        <properties>
          <Paths>
            <Absolute type="bool">false</Absolute>
          </Paths>
          <SpatialRefSys>
            <ProjectionsEnabled type="int">1</ProjectionsEnabled>
          </SpatialRefSys>
        </properties>
        <ProjectViewSettings UseProjectScales="0">
          <DefaultViewExtent xmin="\(bounds.west)" ymin="\(bounds.south)" xmax="\(bounds.east)" \
      ymax="\(bounds.north)">
      \(Self.reference(crs))
          </DefaultViewExtent>
        </ProjectViewSettings>
      </qgis>

      """
  }

  private func provider(_ layer: Layer) -> String { layer.kind == .raster ? "gdal" : "ogr" }

  private func mapLayer(_ index: Int, _ layer: Layer) -> String {
    let opening: String
    let drawing: String
    switch layer.kind {
    case .raster:
      opening = "<maplayer type=\"raster\">"
      drawing = ""
    case .features(let style):
      opening = "<maplayer type=\"vector\" geometry=\"\(geometry(of: style.kind))\">"
      drawing = style.renderer + "\n"
    }
    return """
          \(opening)
            <id>mapwright_layer_\(index)</id>
            <datasource>\(layer.source.escapedForXML)</datasource>
            <layername>\(layer.name.escapedForXML)</layername>
            <provider>\(provider(layer))</provider>
            <srs>
      \(Self.reference(layer.crs))
            </srs>
      \(drawing)    </maplayer>
      """
  }

  /// What QGIS calls a kind of geometry.
  private func geometry(of kind: Shape.Kind) -> String {
    switch kind {
    case .polygon: "Polygon"
    case .line: "Line"
    case .point: "Point"
    }
  }

  /// Without this QGIS takes a layer, or the project, for one that lies nowhere.
  private static func reference(_ crs: CoordinateReference) -> String {
    let code = crs.code.map { "\n      <authid>\($0)</authid>" } ?? ""
    return """
          <spatialrefsys>
            <wkt>\(crs.wkt.escapedForXML)</wkt>\(code)
            <description>\(crs.name.escapedForXML)</description>
          </spatialrefsys>
      """
  }
}
