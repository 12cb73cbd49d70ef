import Grids
import Imagery
import Pipelines
import Tensors
import Testing

/// What the starter model says of itself.
func starterMetadata() -> ModelMetadata {
  ModelMetadata(deepness: [
    ("model_type", "\"Segmentor\""),
    ("class_names", #"{"0": "background", "1": "building", "2": "contact"}"#),
    ("resolution", "30"), ("tiles_size", "512"), ("tiles_overlap", "12.5"),
    ("seg_thresh", "0.4"), ("standardization_mean", "[0.485, 0.456, 0.406]"),
    ("standardization_std", "[0.229, 0.224, 0.225]"),
  ])
}

/// A model that takes pictures of any size, unless told otherwise.
func interface(
  bands: Int? = 3, side: Int? = nil, channels: Int? = 3, ending: String? = "Softmax",
  radius: Int? = 122, multiple: Int = 16
) -> ModelInterface {
  ModelInterface(
    path: "m.onnx", input: TensorDescription(name: "image", extents: [nil, bands, side, side]),
    output: TensorDescription(name: "map", extents: [nil, channels, side, side]),
    finalOperator: ending, receptiveRadius: radius, sizeMultiple: multiple)
}

/// A pipeline with these lines below `inference:` and around it.
func resolved(
  _ text: String = "", metadata: ModelMetadata = starterMetadata(),
  model: ModelInterface = interface()
) throws -> ResolvedPipeline {
  let text = text.contains("inference:") ? text : "inference: {model: m.onnx}\n" + text
  return try ResolvedPipeline(
    PipelineSpecification(parsing: text, file: "p.yaml"), metadata: metadata, model: model)
}

@Suite struct `A resolved pipeline` {
  @Test func `finds the classes of roads and bridges by their names`() throws {
    let pipeline = try resolved(
      """
      inference: {model: m, classes: [background, building, road, water, bridge]}
      footprints:
        - {layer: buildings}
        - {layer: wet, class: [water, bridge], threshold: 0.3}
        - {trace: centerline, threshold: 0.6}
        - {trace: bridge}
      """, model: interface(channels: 5))

    #expect(pipeline.layers.map(\.classes) == [[1], [3, 4], [2, 4], [4]])
    #expect(pipeline.layers.map(\.threshold) == [0.4, 0.3, 0.6, 0.6])
    #expect(pipeline.layers[3].over == 3 && pipeline.layers[3].roads == 2)
    #expect(
      pipeline.specification.yaml.hasSuffix(
        """
          - layer: bridges
            trace: bridge
            of: roads
            over: water
            class: bridge
            schema: mapwright
            write: [gpkg, fgb, geojsonl]

        """))
  }

  @Test func `takes from the model what the file leaves open`() throws {
    let pipeline = try resolved()

    #expect(pipeline.bands == [.numbered(1), .numbered(2), .numbered(3)])
    #expect(
      pipeline.scaling
        == InputScaling(scale: 1.0 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225]))
    #expect(pipeline.activation == .none)
    #expect(pipeline.pixelMeters == 0.3)
    #expect(pipeline.layers.map(\.threshold) == [0.4])
    #expect(pipeline.warnings.isEmpty)
  }

  @Test func `believes the file before the model`() throws {
    let pipeline = try resolved(
      """
      scenes: {bands: [nir, red, green]}
      inference: {model: m, activation: softmax, scale: 1, mean: 100, std: 50, pixel_m: 0.5}
      footprints: {threshold: 0.6}
      """)

    #expect(pipeline.bands == [.named("nir"), .named("red"), .named("green")])
    #expect(
      pipeline.scaling == InputScaling(scale: 1, mean: [100, 100, 100], std: [50, 50, 50]))
    #expect(pipeline.activation == .softmax)
    #expect(pipeline.pixelMeters == 0.5)
    #expect(pipeline.layers.map(\.threshold) == [0.6])
  }

  @Test func `is complete, and resolving it again changes nothing`() throws {
    let pipeline = try resolved(
      "inference: {model: m, classes: {2: {is: building, contact: true}}}")
    let again = try resolved(pipeline.specification.yaml)

    #expect(again == pipeline)
    #expect(
      pipeline.specification.yaml.split(separator: "\n").filter { $0.contains("auto") } == [
        "  nodata: auto", "  shard_px: auto", "  workers: auto", "  memory: auto",
        "  reserve_mb: auto", "  engine: auto", "  model_distribution: auto", "  threads: auto",
      ])
  }

  @Test func `without metadata it divides by 255 and says so`() throws {
    let pipeline = try resolved(
      "inference: {model: m, classes: [background, building], pixel_m: 0.3}",
      metadata: ModelMetadata(), model: interface(channels: 2))

    #expect(pipeline.scaling == InputScaling(scale: 1.0 / 255, mean: [0, 0, 0], std: [1, 1, 1]))
    #expect(
      pipeline.warnings == [
        "nobody says how the model wants pixels scaled; they are divided by 255 (write "
          + "inference.scale, mean and std)"
      ])
  }

  @Test func `a scaling from two sources is a warning`() throws {
    let pipeline = try resolved("inference: {model: m, scale: 1/10000}")

    #expect(pipeline.scaling.scale == 0.0001 && pipeline.scaling.mean == [0.485, 0.456, 0.406])
    #expect(
      pipeline.warnings == [
        "scale, mean and std come partly from the pipeline and partly from the model; see that "
          + "they speak of the same unit"
      ])
  }

  @Test func `an unknown pixel size is a warning`() throws {
    var metadata = starterMetadata()
    metadata.pixelMeters = nil

    #expect(
      try resolved(metadata: metadata).warnings == [
        "nobody says which pixel size the model was trained for; add `pixel_m` to have it checked"
      ])
  }

  @Test(
    arguments: [
      ("Softmax", 3, InferenceSettings.Activation.none), ("Sigmoid", 1, .none),
      ("Conv", 3, .softmax), ("Conv", 1, .sigmoid), ("LogSoftmax", 3, .softmax),
      (nil, 3, .none), ("Mul", 1, .none),
    ] as [(String?, Int, InferenceSettings.Activation)])
  func `the end of the graph tells the activation, then Deepness's rule`(
    ending: String?, channels: Int, activation: InferenceSettings.Activation
  ) throws {
    var metadata = starterMetadata()
    if channels == 1 { metadata.classes = [[.init(name: "building")]] }
    let model = interface(channels: channels, ending: ending)

    #expect(try resolved(metadata: metadata, model: model).activation == activation)
  }
}

@Suite struct `Classes of a resolved pipeline` {
  @Test func `a contact channel counts as what it separates`() throws {
    let pipeline = try resolved(
      "inference: {model: m, classes: {2: {is: building, contact: true}}}")

    #expect(
      pipeline.classes
        == ClassScheme(
          published: [
            .init(name: "background", color: [0xD9, 0xD9, 0xD9], channels: [0]),
            .init(name: "building", color: [0xD5, 0x5E, 0x00], channels: [1, 2]),
          ], contactChannel: 2))
    #expect(pipeline.probabilities == [1])
    #expect(pipeline.layers.map(\.classes) == [[1]])
  }

  @Test func `published classes stand in the order of their first channel`() throws {
    let pipeline = try resolved(
      "inference: {model: m, classes: {0: {is: house}, 1: road, 2: house}}\nfootprints: none")

    #expect(pipeline.classes.published.map(\.name) == ["house", "road"])
    #expect(pipeline.classes.published.map(\.channels) == [[0, 2], [1]])
  }

  @Test(arguments: ["[house]", "[background, house]", "{0: house}", "auto"])
  func `one channel is a class against the rest`(classes: String) throws {
    var metadata = starterMetadata()
    metadata.classes = [[.init(name: "house")]]
    let pipeline = try resolved(
      "inference: {model: m, classes: \(classes)}", metadata: metadata,
      model: interface(channels: 1))

    #expect(pipeline.classes.published.map(\.name) == ["background", "house"])
    #expect(pipeline.classes.published.map(\.channels) == [[0], [1]])
    #expect(try resolved(pipeline.specification.yaml, model: interface(channels: 1)) == pipeline)
  }

  @Test func `colours are the file's, then the model's, then the palette's`() throws {
    var metadata = starterMetadata()
    metadata.classes?[0][1].color = [1, 2, 3]
    let pipeline = try resolved(
      "inference: {model: m, classes: {0: {name: ground, color: \"#0a0b0c\"}}}", metadata: metadata)

    #expect(
      pipeline.classes.published.map(\.color) == [[10, 11, 12], [1, 2, 3], [0xD5, 0x5E, 0x00]])
  }

  @Test(arguments: [
    ("[a, b, c]", "footprints: none", [0]),
    ("[background, b, c]", "footprints: none", [1]),
    ("[a, b, c]", "footprints: none\nmosaic: {probabilities: [c, a]}", [2, 0]),
    ("[a, building, c]", "", [1]),
    ("[water, c, road]", "footprints: [{trace: centerline}, {trace: bridge}]", [0, 2]),
  ])
  func `the probabilities of what is traced are written, else one, else those asked for`(
    classes: String, more: String, written: [Int]
  ) throws {
    let pipeline = try resolved("inference: {model: m, classes: \(classes)}\n\(more)")

    #expect(pipeline.probabilities == written)
    #expect(try resolved(pipeline.specification.yaml) == pipeline)
  }

  @Test func `the second output has its own classes`() throws {
    var metadata = starterMetadata()
    metadata.classes = [[.init(name: "Coffee")], [.init(name: "Juice")]]
    var model = interface(channels: 1)
    model.outputIndex = 1

    #expect(
      try resolved(metadata: metadata, model: model).classes.published.map(\.name)
        == ["background", "Juice"])
  }
}

@Suite struct `Chips of a resolved pipeline` {
  @Test(
    arguments: [
      // tiling, fixed side, receptive radius, multiple → chip, halo
      ("", nil, 122, 16, 1088, 96), ("", 512, 122, 16, 512, 64), ("", 256, 122, 1, 256, 32),
      ("", 224, 122, 1, 224, 48), ("", nil, nil, 16, 512, 64), ("", nil, 122, 14, 1092, 98),
      ("", nil, 122, 17, 1088, 96), ("", nil, 65, 64, 1088, 96), ("", nil, 64, 64, 1024, 64),
      ("", nil, 33, 16, 1024, 64),
      ("chip_px: 512", nil, 122, 16, 512, 64),
      ("halo_px: 128", nil, 122, 16, 1152, 128), ("halo_px: 0", 512, 122, 1, 512, 0),
      ("chip_px: 640, halo_px: 32", nil, 122, 32, 640, 32),
    ] as [(String, Int?, Int?, Int, Int, Int)])
  func `are cut as file and model allow`(
    tiling: String, side: Int?, radius: Int?, multiple: Int, chip: Int, halo: Int
  ) throws {
    let pipeline = try resolved(
      "tiling: {\(tiling)}", model: interface(side: side, radius: radius, multiple: multiple))

    #expect(pipeline.chips == (try ChipLayout(chip: chip, halo: halo)))
  }

  @Test(arguments: [(0, 32), (32, 32), (33, 64), (96, 96), (200, 96)])
  func `of any size have a halo of what the network sees, and cores of one size`(
    radius: Int, halo: Int
  ) throws {
    var metadata = starterMetadata()
    metadata.overlapPercent = nil
    let chips = try resolved(metadata: metadata, model: interface(radius: radius)).chips

    #expect(chips == (try ChipLayout(chip: 896 + 2 * halo, halo: halo)))
  }

  @Test func `have the halo that the model's overlap asks for`() throws {
    var metadata = starterMetadata()
    metadata.overlapPercent = 50

    #expect(try resolved(metadata: metadata, model: interface(side: 512)).chips.halo == 128)
    #expect(try resolved(metadata: metadata, model: interface()).chips.halo == 288)
  }
}
