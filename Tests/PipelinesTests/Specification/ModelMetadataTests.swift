import Foundation
import Pipelines
import Testing

private func metadata(_ properties: KeyValuePairs<String, String>) -> ModelMetadata {
  ModelMetadata(deepness: properties.map { ($0.key, $0.value) })
}

@Suite struct `Deepness keys` {
  @Test func `all that are known are read`() {
    let model = metadata([
      "model_type": "\"Segmentor\"", "class_names": #"{"0": "background", "1": "building"}"#,
      "resolution": "30", "tiles_size": "512", "tile_size": "512", "tiles_overlap": "12.5",
      "standardization_mean": "[0.485, 0.456, 0.406]",
      "standardization_std": "[0.229, 0.224, 0.225]", "seg_thresh": "0.4",
    ])

    var expected = ModelMetadata()
    expected.kind = "Segmentor"
    expected.classes = [[.init(name: "background"), .init(name: "building")]]
    expected.pixelMeters = 0.3
    expected.tile = 512
    expected.overlapPercent = 12.5
    expected.scaling = InputScaling(
      scale: 1.0 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225])
    expected.threshold = 0.4
    expected.hasDeepnessKeys = true
    #expect(model == expected)
  }

  @Test(arguments: [
    #"{"0": "a", "1": "b"}"#, "{'0': 'a', '1': 'b'}", "{0: 'a', 1: 'b'}", #"["a", "b"]"#,
    "['a', 'b',]", "('a', 'b')", #"[{"1": "b", "0": "a"}]"#, "{0: 'a', 1: 'b',}",
    #"{"0": "\u0061", "1": "\x62"}"#,
  ])
  func `class names are JSON or Python, a dictionary or a list`(text: String) {
    #expect(metadata(["class_names": text]).classes == [[.init(name: "a"), .init(name: "b")]])
  }

  @Test func `the name of the newer reader serves too`() {
    #expect(metadata(["names": "{0: 'a'}"]).classes == [[.init(name: "a")]])
  }

  @Test func `a model with two outputs names the classes of each`() {
    let model = metadata(["class_names": #"[{"0": "Coffee"}, {"0": "Juice"}]"#])

    #expect(model.classes(ofOutput: 1) == [.init(name: "Juice")])
  }

  @Test(arguments: [
    ("class_names", "{'1': 'a'}"), ("class_names", "{0: 1}"), ("class_names", "[{}]"),
    ("class_names", "{"), ("class_names", "[]"), ("resolution", "0"), ("resolution", "fine"),
    ("tiles_size", "1.5"), ("tiles_overlap", "100"), ("seg_thresh", "1"),
    ("standardization_std", "[0.1, 0]"), ("standardization_mean", "[]"),
    ("standardization_mean", "[0.1, 'x']"), ("resolution", String(repeating: "[", count: 100_000)),
  ])
  func `a value that cannot be used is a warning`(key: String, value: String) {
    let model = ModelMetadata(deepness: [(key, value)])

    var expected = ModelMetadata()
    expected.hasDeepnessKeys = key == "class_names" || key == "resolution" || key == "tiles_size"
    let shown = value.count > 60 ? value.prefix(60) + "…" : value
    expected.warnings = ["the model's metadata '\(key)' cannot be used: \(shown)"]
    #expect(model == expected)
  }

  @Test func `two tile sizes that differ are a warning`() {
    let model = metadata(["tiles_size": "512", "tile_size": "256"])

    #expect(model.tile == 512)
    #expect(
      model.warnings == [
        "the model's metadata says 512 in 'tiles_size' and 256 in 'tile_size'; 512 is used"
      ])
  }

  @Test func `a word without quotes is a word`() {
    #expect(metadata(["model_type": "Detector"]).kind == "Detector")
  }
}

@Suite struct `A STAC item beside a model` {
  @Test func `all that is known is read`() {
    let model = ModelMetadata(stacItem: item(), named: "m.json")

    var expected = ModelMetadata()
    expected.kind = "Segmentor"
    expected.classes = [
      [
        .init(name: "background", color: [0xD9, 0xD9, 0xD9]),
        .init(name: "building", color: nil),
      ]
    ]
    expected.pixelMeters = 0.3
    expected.tile = 512
    expected.overlapPercent = 12.5
    expected.scaling = InputScaling(scale: 1, mean: [123.675, 116.28], std: [58.395, 57.12])
    expected.bands = ["red", "nir"]
    #expect(model == expected)
  }

  @Test(arguments: [
    (#"{"type": "min-max", "minimum": 10, "maximum": 210}"#, 10.0, 200.0),
    (#"{"type": "offset", "value": 7}"#, 7, 1), (#"{"type": "scale", "value": 10000}"#, 0, 10_000),
    (#"{"type": "z-score", "mean": 5, "stddev": 2}"#, 5, 2),
  ])
  func `each kind of scaling is a mean and a deviation`(step: String, mean: Double, std: Double) {
    #expect(
      ModelMetadata(stacItem: item(scaling: "[\(step)]"), named: "m.json").scaling
        == InputScaling(scale: 1, mean: [mean], std: [std]))
  }

  @Test(arguments: ["null", "[]"])
  func `no scaling is none`(text: String) {
    let model = ModelMetadata(stacItem: item(scaling: text), named: "m.json")

    #expect(model.scaling == nil && model.warnings.isEmpty)
  }

  @Test(arguments: [
    #"[{"type": "clip", "minimum": 0, "maximum": 1}]"#,
    #"[{"type": "z-score", "mean": 1, "stddev": 0}]"#,
    #"[{"type": "min-max", "minimum": 3, "maximum": 3}]"#, "[1]",
  ])
  func `a scaling that is not known is a warning`(text: String) {
    let model = ModelMetadata(stacItem: item(scaling: text), named: "m.json")

    #expect(model.scaling == nil)
    #expect(
      model.warnings == [
        "'m.json' scales values in a way that is not known here; write inference.scale, mean, std"
      ])
  }

  @Test(arguments: [
    ("{", "'m.json' is not JSON; it is not used"),
    ("{}", "'m.json' is no STAC MLM item; it is not used"),
    ("[1, 2]", "'m.json' is no STAC MLM item; it is not used"),
  ])
  func `a file that is no such item is a warning`(text: String, warning: String) {
    #expect(ModelMetadata(stacItem: text, named: "m.json").warnings == [warning])
  }
}

@Suite struct `Metadata from two sources` {
  @Test func `the model is believed first, and the item fills the gaps`() {
    var model = ModelMetadata()
    model.pixelMeters = 0.5
    model.classes = [[.init(name: "a"), .init(name: "b")]]
    var item = ModelMetadata()
    item.pixelMeters = 0.501
    item.bands = ["red"]
    item.classes = [[.init(name: "a", color: [1, 2, 3]), .init(name: "b")]]

    let both = model.filled(from: item, named: "'m.json'")

    #expect(both.pixelMeters == 0.5 && both.bands == ["red"])
    #expect(both.classes == [[.init(name: "a", color: [1, 2, 3]), .init(name: "b")]])
    #expect(both.warnings.isEmpty)
  }

  @Test func `what they say differently is a warning`() {
    var model = ModelMetadata()
    model.pixelMeters = 0.5
    model.scaling = InputScaling(scale: 1.0 / 255, mean: [0.5], std: [0.25])
    var item = ModelMetadata()
    item.pixelMeters = 0.3
    item.scaling = InputScaling(scale: 1, mean: [0], std: [1])

    #expect(
      model.filled(from: item, named: "'m.json'").warnings == [
        "the model and 'm.json' disagree on the pixel size; the model's own metadata is used",
        "the model and 'm.json' disagree on the scaling of pixels; the model's own metadata is used",
      ])
  }

  @Test func `means of bytes and means of bytes over 255 agree`() {
    var model = ModelMetadata()
    model.scaling = InputScaling(
      scale: 1.0 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225])
    var item = ModelMetadata()
    item.scaling = InputScaling(
      scale: 1, mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375])

    #expect(model.filled(from: item, named: "m.json").warnings.isEmpty)
  }

  @Test(.enabled(if: starterItem != nil, "needs ../shared/models"))
  func `the starter model and its item agree`() throws {
    let path = try #require(starterItem)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let model = metadata([
      "model_type": "\"Segmentor\"", "resolution": "30", "tiles_size": "512",
      "class_names": #"{"0": "background", "1": "building", "2": "contact"}"#,
      "tiles_overlap": "12.5", "standardization_mean": "[0.485, 0.456, 0.406]",
      "standardization_std": "[0.229, 0.224, 0.225]",
    ])
    let both = model.filled(
      from: ModelMetadata(stacItem: text, named: "the item"), named: "the item")

    #expect(both.warnings.isEmpty)
    #expect(both.bands == ["red", "green", "blue"])
    #expect(both.classes?[0][1].color == [0xE4, 0x57, 0x2E])
  }
}

private func item(
  scaling: String = #"""
  [{"type": "z-score", "mean": 123.675, "stddev": 58.395},
   {"type": "z-score", "mean": 116.28, "stddev": 57.12}]
  """#
) -> String {
  """
  {"type": "Feature", "properties": {
    "gsd": 0.3, "mlm:tasks": ["semantic-segmentation"],
    "mlm:input": [{"bands": ["red", {"name": "nir"}], "value_scaling": \(scaling)}],
    "mlm:output": [{"classification:classes": [
      {"value": 1, "name": "building"},
      {"value": 0, "name": "background", "color_hint": "D9D9D9"}]}],
    "mlm:hyperparameters": {"tile_size": 512, "tile_overlap_percent": 12.5}}}
  """
}

/// The starter model's item, beside the repository, or nil.
private let starterItem: String? = {
  var folder = URL(filePath: #filePath).resolvingSymlinksInPath()
  while folder.path != "/" {
    folder.deleteLastPathComponent()
    let item = folder.appending(path: "../shared/models/buildings-starter.json").standardized.path
    let isRoot = FileManager.default.fileExists(
      atPath: folder.appending(path: "Package.swift").path)
    if isRoot { return FileManager.default.fileExists(atPath: item) ? item : nil }
  }
  return nil
}()
