import Footprints
import OpenVINONetworks
import Pipelines
import Testing
import Tiling

@Suite struct `Reading a pipeline` {
  @Test func `a model is all it needs`() throws {
    let pipeline = try PipelineSpecification(
      parsing: "inference: {model: town.onnx}", file: "here/town.yaml")

    #expect(
      pipeline
        == PipelineSpecification(name: "town", inference: InferenceSettings(model: "town.onnx")))
  }

  @Test func `every key is read`() throws {
    let pipeline = try PipelineSpecification(parsing: everyKey, file: "all.yaml")

    #expect(pipeline == everyValue)
  }

  @Test func `a section whose keys are all commented out has its defaults`() throws {
    let text = "queue:\n  # workers: 4\ninference:\n  model: m.onnx\n"

    #expect(try PipelineSpecification(parsing: text, file: "p.yaml").queue == QueueSettings())
  }

  @Test(arguments: [("scenes", nil), ("", nil), ("auto", GridSettings()), ("{}", GridSettings())])
  func `a grid is the scenes', one that suits them, or one that is described`(
    _ text: String, _ grid: GridSettings?
  ) throws {
    let text = "grid: \(text)\ninference: {model: m.onnx}"

    #expect(try PipelineSpecification(parsing: text, file: "p.yaml").grid == grid)
  }

  @Test func `a single value is a list of one`() throws {
    let text = "scenes: {files: one.tif, bands: 2}\ninference: {model: m.onnx, mean: 0.5}"
    let pipeline = try PipelineSpecification(parsing: text, file: "p.yaml")

    #expect(pipeline.scenes == SceneSettings(files: ["one.tif"], bands: [.numbered(2)]))
    #expect(pipeline.inference.mean == [0.5])
  }

  @Test func `classes may be a list`() throws {
    let text = "inference:\n  model: m.onnx\n  classes: [ground, {name: house, color: 0a0B0c}]\n"

    #expect(
      try PipelineSpecification(parsing: text, file: "p.yaml").inference.classes == [
        ChannelMeaning(channel: 0, role: .published(name: "ground", color: nil)),
        ChannelMeaning(channel: 1, role: .published(name: "house", color: [10, 11, 12])),
      ])
  }

  @Test func `a quoted word is a text and no keyword`() throws {
    let text = "inference: {model: m.onnx, output: 'auto'}"

    #expect(try PipelineSpecification(parsing: text, file: "p").inference.output == "auto")
  }

  @Test(arguments: [
    ("500ms", nil), ("1s", Duration.seconds(1)), ("25s", .seconds(25)), ("2m", .seconds(120)),
    ("1h", .seconds(3600)), ("61m", nil), ("25", nil), ("25 s", nil), ("-1s", nil), ("s", nil),
    ("1.5s", nil), ("99999999999999999999s", nil),
  ])
  func `a time has a unit and bounds`(text: String, time: Duration?) {
    let pipeline = try? PipelineSpecification(
      parsing: "queue: {grace: \(text)}\ninference: {model: m.onnx}", file: "p.yaml")

    #expect(pipeline?.queue.grace == time)
  }

  @Test(arguments: [
    ("1/255", 1.0 / 255), ("0.5", 0.5), ("1e-4", 0.0001), ("3", 3), ("0", nil), ("-1", nil),
    ("1/0", nil), (".inf", nil), ("nan", nil), ("0x10", nil), ("1/2/3", nil), ("'1'", nil),
    ("1e999", nil), ("/", nil),
  ])
  func `a scale is a number or a quotient above zero`(text: String, value: Double?) {
    let pipeline = try? PipelineSpecification(
      parsing: "inference: {model: m.onnx, scale: \(text)}", file: "p.yaml")

    #expect(pipeline?.inference.scale == value)
  }

  @Test(arguments: [
    ("town.yaml", "town"), ("a/b/Big Town (2).yml", "Big-Town--2-"), ("..hidden", "pipeline"),
    ("Zürich.yaml", "Z-rich"), ("---.yaml", "pipeline"), ("plain", "plain"),
  ])
  func `a pipeline without a name is called like its file`(file: String, name: String) throws {
    #expect(
      try PipelineSpecification(parsing: "inference: {model: m}", file: file).name == name)
  }

  @Test func `a byte order mark is no part of the text`() throws {
    let bytes = [0xEF, 0xBB, 0xBF] + Array("inference: {model: m.onnx}".utf8)

    #expect(try PipelineSpecification(parsing: bytes, file: "p.yaml").inference.model == "m.onnx")
  }

  @Test func `lines may end as they do on Windows`() throws {
    let text = "name: town\r\ninference:\r\n  model: m.onnx\r\n"

    #expect(try PipelineSpecification(parsing: text, file: "p.yaml").name == "town")
  }
}

/// A pipeline in which every key has a value other than its default.
let everyKey = """
  name: big-town
  scenes:
    files: [../a/*.tif, "b: c.tif"]
    bands: [nir, 1, "2"]
    nodata: -9999.5
    assets: [visual, data]
    cloud_cover_max: 12.5
    order: clearest
    overlap: average
    stretch: [0.5, 99]
    mask: {band: SCL, clear_bits: [1, 3], file: [_a, _b]}
    declared_scale: ignore
  grid: {crs: EPSG:32645, pixel_m: 1/2, origin: [100, -50.25], resampling: bilinear}
  region: {file: ../region.gpkg, clip: false}
  tiling:
    chip_px: 512
    halo_px: 96
    blend_px: 32
  queue:
    shard_px: 3584
    workers: 3
    memory: 1500MB
    grace: 2m
    silence: 30s
    stall: 10m
    reserve_mb: 100
  inference:
    model: ../m.onnx
    engine: openvino
    device: HETERO:GPU.1,CPU
    precision: bf16
    streams: 3
    model_distribution: pipeline
    output: probability
    activation: softmax
    scale: 1/255
    mean: [0.5, 0.4, 0.3]
    std: [0.25, 0.2, 0.1]
    pixel_m: 0.3
    classes:
      0: background
      2: {is: building, contact: true}
      1: {name: building, color: "#e4572e"}
    batch: 2
  mosaic:
    layers: [coverage, probability]
    probabilities: [building, background]
    compression: zstd
    probability_levels: 16
    keep_parts: true
    preview: false
  footprints:
    - layer: houses
      class: building
      threshold: 0.4
      least_confidence: 0.65
      smallest_m2: 12.5
      outline: raw
      largest_m: 60
      write: [fgb]
    - layer: ways
      trace: centerline
      class: [background, building]
      threshold: 0.3
      narrowest_m: 1.5
      widest_m: 12
      spur_m: 7
      schema: osm
      write: geojson
    - layer: fords
      trace: bridge
      of: ways
      over: building
      class: background
      write: csv

  """

/// What ``everyKey`` says.
let everyValue = PipelineSpecification(
  name: "big-town",
  scenes: SceneSettings(
    files: ["../a/*.tif", "b: c.tif"], bands: [.named("nir"), .numbered(1), .named("2")],
    nodata: -9999.5, assets: ["visual", "data"], cloudCoverMax: 12.5,
    order: .clearest, overlap: .average, stretch: [0.5, 99],
    mask: MaskSettings(band: .named("SCL"), clearBits: [1, 3], file: ["_a", "_b"]),
    declaredScale: .ignore),
  grid: GridSettings(
    crs: "EPSG:32645", pixelMeters: 0.5, origin: [100, -50.25], resampling: .bilinear),
  region: RegionSettings(file: "../region.gpkg", clip: false),
  tiling: TilingSettings(chip: 512, halo: 96, blend: 32),
  queue: QueueSettings(
    shard: 3584, workers: 3, memory: 1_500_000_000, grace: .seconds(120), silence: .seconds(30),
    stall: .seconds(600), reserve: 100),
  inference: InferenceSettings(
    model: "../m.onnx", engine: .openvino, device: "HETERO:GPU.1,CPU", precision: .bf16, streams: 3,
    distribution: .pipeline, output: "probability", activation: .softmax, scale: 1.0 / 255,
    mean: [0.5, 0.4, 0.3], std: [0.25, 0.2, 0.1], pixelMeters: 0.3,
    classes: [
      ChannelMeaning(channel: 0, role: .published(name: "background", color: nil)),
      ChannelMeaning(
        channel: 1, role: .published(name: "building", color: [0xE4, 0x57, 0x2E])),
      ChannelMeaning(channel: 2, role: .part(of: "building", isContact: true)),
    ], batch: 2),
  mosaic: MosaicSettings(
    layers: [.coverage, .probability], probabilities: ["building", "background"],
    compression: .zstd, probabilityLevels: 16, keepParts: true, preview: false),
  footprints: [
    .outline(
      FootprintSettings(
        layer: "houses", classes: ["building"], threshold: 0.4, leastConfidence: 0.65,
        smallest: 12.5, outline: .raw, largest: 60, write: [.flatGeobuf])),
    .centerline(
      CenterlineSettings(
        layer: "ways", classes: ["background", "building"], threshold: 0.3, narrowest: 1.5,
        widest: 12, spur: 7, schema: .osm, write: [.geoJSON])),
    .bridge(
      BridgeSettings(
        layer: "fords", roads: "ways", over: "building", ofClass: "background", write: [.csv])),
  ])
