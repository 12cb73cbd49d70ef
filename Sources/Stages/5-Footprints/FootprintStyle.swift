import GeoFiles
public import Polygons

/// How a layer is drawn: in its class's colour, the paler the less sure, as QGIS's QML and as SLD.
public struct FootprintStyle: Hashable, Sendable {
  /// A step of confidence, and how it is drawn.
  private struct Step: Hashable {
    var label: String
    /// From this confidence on, below that one.
    var range: Range<Double>?
    /// 0…1.
    var opacity: Double
  }

  /// What stands for a class that is given no colour: red.
  public static let usualColor: [UInt8] = [214, 39, 40]
  /// Bridges, which are few and small on a map: orange.
  private static let bridgeColor: [UInt8] = [255, 127, 14]

  /// What is drawn.
  public let kind: Shape.Kind
  private let title: String
  private let color: [UInt8]
  private let steps: [Step]

  /// Draws the footprints of a class by their confidence, where the schema has it.
  public init(schema: FootprintSchema, className: String, color: [UInt8] = Self.usualColor) {
    self.init(
      kind: .polygon, title: "\(className) footprints", className: className, color: color,
      opacities: schema.hasConfidence ? [0.7, 0.45, 0.2] : [0.5])
  }

  /// Draws roads in the colour of their class, and bridges as stretches or places.
  public init(
    of schema: CenterlineSchema, className: String, kind: Shape.Kind = .line,
    color: [UInt8] = Self.usualColor
  ) {
    let isRoads = schema.content == .roads
    self.init(
      kind: kind, title: isRoads ? "\(className) centrelines" : "bridges",
      className: isRoads ? className : "bridge", color: isRoads ? color : Self.bridgeColor,
      opacities: [1, 0.75, 0.5])
  }

  private init(
    kind: Shape.Kind, title: String, className: String, color: [UInt8], opacities: [Double]
  ) {
    self.kind = kind
    self.title = title
    self.color = color
    let ranges = [
      ("sure (0.9 or more)", 0.9..<1.01), ("likely (0.7 to 0.9)", 0.7..<0.9),
      ("unsure (below 0.7)", 0.0..<0.7),
    ]
    steps =
      opacities.count == ranges.count
      ? zip(ranges, opacities).map { range, opacity in
        Step(label: "\(className), \(range.0)", range: range.1, opacity: opacity)
      } : opacities.map { Step(label: className, range: nil, opacity: $0) }
  }

  var vectorStyle: VectorStyle { VectorStyle(name: "footprints", qml: qml, sld: sld) }

  private func rgba(_ opacity: Double) -> String {
    (color.map { "\($0)" } + ["\(Int(opacity * 255))"]).joined(separator: ",")
  }

  private var hex: String {
    "#"
      + color.map { number in
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 2 - digits.count) + digits
      }.joined()
  }

  /// The options of a symbol's only layer in QML.
  private func symbol(_ step: Step) -> (type: String, layer: String, options: [(String, String)]) {
    switch kind {
    case .polygon:
      (
        "fill", "SimpleFill",
        [
          ("color", rgba(step.opacity)), ("outline_color", rgba(1)), ("outline_style", "solid"),
          ("outline_width", "0.3"), ("outline_width_unit", "MM"), ("style", "solid"),
        ]
      )
    case .line:
      (
        "line", "SimpleLine",
        [
          ("line_color", rgba(step.opacity)), ("line_style", "solid"), ("line_width", lineWidth),
          ("line_width_unit", "MM"), ("capstyle", "round"), ("joinstyle", "round"),
        ]
      )
    case .point:
      (
        "marker", "SimpleMarker",
        [
          ("name", "circle"), ("color", rgba(step.opacity)), ("outline_color", "255,255,255,255"),
          ("outline_style", "solid"), ("outline_width", "0.3"), ("outline_width_unit", "MM"),
          ("size", "2.6"), ("size_unit", "MM"),
        ]
      )
    }
  }

  /// In mm: bridges are drawn over their roads.
  private var lineWidth: String { color == Self.bridgeColor ? "1.4" : "0.6" }

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
      let symbol = symbol(step)
      let options = symbol.options.map { name, value in
        "          <Option type=\"QString\" name=\"\(name)\" value=\"\(value)\"/>"
      }
      return """
            <symbol type="\(symbol.type)" name="\(index)" alpha="1" clip_to_extent="1" force_rhr="0">
              <layer class="\(symbol.layer)" enabled="1" locked="0" pass="0">
                <Option type="Map">
        \(options.joined(separator: "\n"))
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
        + "upper=\"\(min(1, range.upperBound))\" label=\"\(step.label.escapedForXML)\" "
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
                <Name>\(step.label.escapedForXML)</Name>
      \(filter(step))\(symbolizer(step))
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
            <Title>\(title.escapedForXML)</Title>
            <FeatureTypeStyle>
      \(rules)
            </FeatureTypeStyle>
          </UserStyle>
        </NamedLayer>
      </StyledLayerDescriptor>

      """
  }

  private func symbolizer(_ step: Step) -> String {
    func parameter(_ name: String, _ value: String) -> String {
      "<CssParameter name=\"\(name)\">\(value)</CssParameter>"
    }
    let fill = [
      "<Fill>", "  " + parameter("fill", hex),
      "  " + parameter("fill-opacity", "\(step.opacity)"), "</Fill>",
    ]
    func stroke(_ parameters: [(String, String)]) -> [String] {
      ["<Stroke>"] + parameters.map { "  " + parameter($0.0, $0.1) } + ["</Stroke>"]
    }
    let lines: [String]
    switch kind {
    case .polygon:
      lines =
        ["<PolygonSymbolizer>"]
        + (fill + stroke([("stroke", hex), ("stroke-width", "1")])).map { "  " + $0 }
        + ["</PolygonSymbolizer>"]
    case .line:
      let width = color == Self.bridgeColor ? "4" : "2"
      lines =
        ["<LineSymbolizer>"]
        + stroke([
          ("stroke", hex), ("stroke-opacity", "\(step.opacity)"), ("stroke-width", width),
        ]).map { "  " + $0 } + ["</LineSymbolizer>"]
    case .point:
      let mark = ["  <Mark>", "    <WellKnownName>circle</WellKnownName>"]
      lines =
        ["<PointSymbolizer>", "  <Graphic>"] + mark.map { "  " + $0 }
        + fill.map { "      " + $0 } + ["    </Mark>", "    <Size>8</Size>", "  </Graphic>"]
        + ["</PointSymbolizer>"]
    }
    return lines.map { "          " + $0 }.joined(separator: "\n")
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
