import BuiltinNetworks
import Foundation
import GeoFiles
import Grids
import OpenVINONetworks
import Tensors

/// What a file is to Mapwright: what `mapwright inspect` prints.
public struct Inspection: Codable, Sendable {
  /// One line of what was found.
  public struct Fact: Codable, Sendable {
    /// What it is about.
    public var name: String
    /// What was found.
    public var value: String
  }

  /// The file.
  public var file: String
  /// `scene` or `model`.
  public var kind: String
  /// What was found.
  public var facts: [Fact]

  /// Looks at a scene or a model.
  ///
  /// - Throws: The words of GDAL or of the engine when it is neither.
  public init(of file: String) throws {
    guard FileManager.default.fileExists(atPath: file) else {
      throw InputError.cannotRead(path: file, reason: "no such file")
    }
    self.file = file
    if file.hasSuffix(".onnx") {
      kind = "model"
      facts = try Self.facts(ofModel: file)
    } else if file.hasSuffix(".xml") {
      kind = "model"
      facts = try Self.facts(
        ofNetwork: OpenedNetwork.byOpenVINO(file, output: nil, .init()).network)
    } else {
      kind = "scene"
      facts = try Self.facts(ofScene: file)
    }
  }

  private static func facts(ofScene path: String) throws -> [Fact] {
    try OutsideLibraries.start()
    let scene = try Dataset(opening: path)
    var facts = [
      Fact(name: "size", value: "\(scene.size) px, \(scene.bandCount) bands"),
      Fact(name: "crs", value: scene.crs.map { "\($0)" } ?? "none: it cannot be mapped"),
    ]
    if let transform = scene.transform, let crs = scene.crs {
      let pixel = try GroundGeometry(crs: crs).pixelSizeMeters(
        of: transform, x: Double(scene.size.width) / 2, y: Double(scene.size.height) / 2)
      facts.append(
        Fact(name: "pixel", value: String(format: "%.3f × %.3f m of ground", pixel.x, pixel.y)))
    } else {
      facts.append(Fact(name: "place", value: "none: it has no geotransform"))
    }
    for band in scene.bands {
      let nodata = band.nodata.map { ", nodata \($0)" } ?? ""
      facts.append(
        Fact(name: "band \(band.index)", value: "\(band.name), \(band.elementType)\(nodata)"))
    }
    return facts
  }

  private static func facts(ofModel path: String) throws -> [Fact] {
    let model = try ModelFile.read(path)
    var facts = [
      Fact(name: "written by", value: model.producer.isEmpty ? "unknown" : model.producer),
      Fact(name: "opset", value: "\(model.opset)"),
      Fact(name: "weights", value: "\(model.parameterCount)"),
      Fact(
        name: "operators",
        value: model.operators.map { "\($0.name) \($0.count)" }.joined(separator: ", ")),
    ]
    facts += model.inputs.map { Fact(name: "takes", value: "\($0)") }
    facts += model.outputs.map { Fact(name: "gives", value: "\($0)") }
    facts += model.metadata.map { Fact(name: $0.key, value: $0.value) }
    do throws(NetworkError) {
      facts += Self.facts(of: try BuiltinNetwork(model))
      facts.append(Fact(name: "engine", value: "builtin"))
    } catch {
      guard case .unsupported(_, let findings) = error else { throw error }
      // Where OpenVINO runs it, it can be used; where there is none, that is the answer.
      let choice = try EngineChoice.made(
        for: InferenceSettings(model: path), model: path, preferred: nil)
      facts += Self.facts(of: choice.opened.network)
      let reason = findings.joined(separator: "; ")
      facts.append(Fact(name: "engine", value: "openvino; the built-in engine lacks \(reason)"))
    }
    return facts
  }

  private static func facts(ofNetwork network: any Network) -> [Fact] {
    [
      Fact(name: "takes", value: "\(network.input)"),
      Fact(name: "gives", value: "\(network.output)"),
    ] + facts(of: network) + [Fact(name: "engine", value: "openvino")]
  }

  private static func facts(of network: any Network) -> [Fact] {
    let radius = network.receptiveRadius.map { "\($0) px to each side" } ?? "without a known bound"
    return [
      Fact(name: "sees", value: radius),
      Fact(name: "sizes", value: "multiples of \(network.sizeMultiple) px"),
    ]
  }

  /// The facts for people.
  public var words: String {
    let width = (facts.map(\.name.count).max() ?? 0) + 2
    return (["\(file): a \(kind)"] + facts.map { "  \($0.name.padded(to: width))\($0.value)" })
      .joined(separator: "\n")
  }
}
