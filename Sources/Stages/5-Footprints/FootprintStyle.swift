import GeoFiles
import Polygons

/// How footprints are drawn: in red, the paler the less sure, as QGIS's QML and as SLD.
public struct FootprintStyle: Hashable, Sendable {
  /// A step of confidence, and how it is drawn.
  private struct Step: Hashable {
    var label: String
    /// From this confidence on, below that one.
    var range: Range<Double>?
    /// 0…1.
    var opacity: Double
  }

  private static let red = (red: 214, green: 39, blue: 40)
  private static let hex = "#d62728"

  private let className: String
  private let steps: [Step]

  /// Draws the footprints of a class by their confidence, where the schema has it.
  public init(schema: FootprintSchema, className: String) {
    self.className = className
    let isGraded = schema.fields.contains { $0.name == "confidence" }
    steps =
      isGraded
      ? [
        Step(label: "\(className), sure (0.9 or more)", range: 0.9..<1.01, opacity: 0.7),
        Step(label: "\(className), likely (0.7 to 0.9)", range: 0.7..<0.9, opacity: 0.45),
        Step(label: "\(className), unsure (below 0.7)", range: 0.0..<0.7, opacity: 0.2),
      ] : [Step(label: className, range: nil, opacity: 0.5)]
  }

  var vectorStyle: VectorStyle { VectorStyle(name: "footprints", qml: qml, sld: sld) }

  /// QGIS's layer style; QGIS takes `name.qml` beside `name.gpkg` by itself.
  ///
  /// Source: files that QGIS 3.22 saves.
  public var qml: String {
    """
    <!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
    <qgis version="3.22.0" styleCategories="Symbology">
    \(renderer)
    </qgis>

    """
  }

  /// The part of QML that draws, as it also stands in projects.
  var renderer: String {
    let symbols = steps.enumerated().map { index, step in
      let fill = "\(Self.red.red),\(Self.red.green),\(Self.red.blue),\(Int(step.opacity * 255))"
      let line = "\(Self.red.red),\(Self.red.green),\(Self.red.blue),255"
      return """
            <symbol type="fill" name="\(index)" alpha="1" clip_to_extent="1" force_rhr="0">
              <layer class="SimpleFill" enabled="1" locked="0" pass="0">
                <Option type="Map">
                  <Option type="QString" name="color" value="\(fill)"/>
                  <Option type="QString" name="outline_color" value="\(line)"/>
                  <Option type="QString" name="outline_style" value="solid"/>
                  <Option type="QString" name="outline_width" value="0.3"/>
                  <Option type="QString" name="outline_width_unit" value="MM"/>
                  <Option type="QString" name="style" value="solid"/>
                </Option>
              </layer>
            </symbol>
        """
    }.joined(separator: "\n")
    guard steps.count > 1 else {
      return """
          <renderer-v2 type="singleSymbol" forceraster="0" enableorderby="0" symbollevels="0">
            <symbols>
        \(symbols)
            </symbols>
          </renderer-v2>
        """
    }
    let ranges = steps.enumerated().map { index, step in
      let range = step.range ?? 0..<1
      return "      <range symbol=\"\(index)\" lower=\"\(range.lowerBound)\" "
        + "upper=\"\(min(1, range.upperBound))\" label=\"\(XMLText.escaped(step.label))\" "
        + "render=\"true\"/>"
    }.joined(separator: "\n")
    return """
        <renderer-v2 type="graduatedSymbol" attr="confidence" graduatedMethod="GraduatedColor" \
      forceraster="0" enableorderby="0" symbollevels="0">
          <ranges>
      \(ranges)
          </ranges>
          <symbols>
      \(symbols)
          </symbols>
        </renderer-v2>
      """
  }

  /// A Styled Layer Descriptor.
  ///
  /// Source: OGC 02-070, SLD 1.0.0; OGC 02-059, Filter Encoding 1.0.0.
  public var sld: String {
    let rules = steps.map { step in
      """
              <Rule>
                <Name>\(XMLText.escaped(step.label))</Name>
      \(filter(step))          <PolygonSymbolizer>
                  <Fill>
                    <CssParameter name="fill">\(Self.hex)</CssParameter>
                    <CssParameter name="fill-opacity">\(step.opacity)</CssParameter>
                  </Fill>
                  <Stroke>
                    <CssParameter name="stroke">\(Self.hex)</CssParameter>
                    <CssParameter name="stroke-width">1</CssParameter>
                  </Stroke>
                </PolygonSymbolizer>
              </Rule>
      """
    }.joined(separator: "\n")
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <StyledLayerDescriptor version="1.0.0" xmlns="http://www.opengis.net/sld" \
      xmlns:ogc="http://www.opengis.net/ogc">
        <NamedLayer>
          <Name>footprints</Name>
          <UserStyle>
            <Title>\(XMLText.escaped(className)) footprints</Title>
            <FeatureTypeStyle>
      \(rules)
            </FeatureTypeStyle>
          </UserStyle>
        </NamedLayer>
      </StyledLayerDescriptor>

      """
  }

  private func filter(_ step: Step) -> String {
    guard let range = step.range else { return "" }
    return """
                <ogc:Filter>
                  <ogc:And>
                    <ogc:PropertyIsGreaterThanOrEqualTo>
                      <ogc:PropertyName>confidence</ogc:PropertyName>
                      <ogc:Literal>\(range.lowerBound)</ogc:Literal>
                    </ogc:PropertyIsGreaterThanOrEqualTo>
                    <ogc:PropertyIsLessThan>
                      <ogc:PropertyName>confidence</ogc:PropertyName>
                      <ogc:Literal>\(range.upperBound)</ogc:Literal>
                    </ogc:PropertyIsLessThan>
                  </ogc:And>
                </ogc:Filter>

      """
  }
}

/// Text as XML has it.
enum XMLText {
  /// The text with the signs of markup escaped.
  static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}
