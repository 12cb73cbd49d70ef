import Grids
import Pipelines
import Tensors
import Testing

/// What a pipeline is refused with once its model is known.
private func refusal(
  of text: String = "", metadata: ModelMetadata = starterMetadata(),
  model: ModelInterface = interface()
) -> Refusal? {
  do {
    _ = try resolved(text, metadata: metadata, model: model)
    return nil
  } catch {
    return Refusal(error)
  }
}

@Suite struct `A pipeline that does not suit its model` {
  @Test func `a detector gives no map`() {
    var metadata = starterMetadata()
    metadata.kind = "Detector"

    #expect(
      refusal(metadata: metadata)
        == Refusal(
          "notSegmentation",
          """
          cannot map with model 'm.onnx'
            it calls itself a Detector; a map needs a class for every pixel
            choose a model for semantic segmentation (`model_type`: Segmentor)
          """))
  }

  @Test func `an output that is no picture is refused`() {
    var model = interface()
    model.output = TensorDescription(name: "scores", extents: [nil, 10])

    #expect(
      refusal(model: model)
        == Refusal(
          "notPictures",
          """
          cannot map with model 'm.onnx'
            pictures and maps are [N, C, H, W], but it has scores [any, 10]
            name another output with inference.output, or export the model again
          """))
  }

  @Test func `a wrong number of bands is refused`() {
    #expect(
      refusal(of: "scenes: {bands: [red, green]}")
        == Refusal(
          "bandsDiffer",
          """
          scenes.bands does not suit model 'm.onnx'
            it lists 2 (red, green), and the model takes 3
            list 3 in the order in which the model was trained
          """))
  }

  @Test func `bands that nobody names are asked for`() {
    #expect(
      refusal(model: interface(bands: nil))
        == Refusal(
          "missing",
          """
          the pipeline does not say which bands the network sees, and neither does the model
            model 'm.onnx' takes any number
            add `bands: [red, green, blue]`
          """))
  }

  @Test func `a wrong number of means is refused`() {
    #expect(
      refusal(of: "inference: {model: m, mean: [1, 2]}")
        == Refusal(
          "scalingDiffers",
          """
          inference.mean does not suit the bands
            it has 2 values, and there are 3 bands
            give one value for each band, or a single one for all
          """))
  }

  @Test func `means without a unit are refused`() {
    #expect(
      refusal(of: "inference: {model: m, mean: 120}", metadata: ModelMetadata())
        == Refusal(
          "missing",
          """
          the pipeline does not say the unit of inference.mean and inference.std, and neither does \
          the model
            they may be meant for bytes as they are, or for bytes divided by 255
            add `scale: 1/255` or `scale: 1`
          """))
  }

  @Test func `a wrong number of classes is refused`() {
    #expect(
      refusal(of: "inference: {model: m, classes: {3: road}}")
        == Refusal(
          "classesDiffer",
          """
          the classes do not suit model 'm.onnx'
            there are 4 (background, building, contact, road) for 3 channels of its output
            write inference.classes with one entry for each channel, numbered from 0
          """))
  }

  @Test func `classes that nobody names are asked for`() {
    #expect(
      refusal(metadata: ModelMetadata())
        == Refusal(
          "missing",
          """
          the pipeline does not say what the model's classes are, and neither does the model
            its output 'map' has 3 channels without names
            add `classes: {0: background, 1: building}`
          """))
  }

  @Test func `a part of a class that is not there is refused`() {
    #expect(
      refusal(of: "inference: {model: m, classes: {2: {is: buildings, contact: true}}}")
        == Refusal(
          "unknownClass",
          """
          inference.classes names a class that the map does not have: 'buildings'
            the map has: background, building
            did you mean 'building'?
          """))
  }

  @Test func `a name that the model gives to another channel is refused`() {
    #expect(
      refusal(of: "inference: {model: m, classes: {2: building}}")
        == Refusal(
          "missing",
          """
          the pipeline does not say which of two classes 'building' is meant, and neither does the \
          model
            both are published under one name
            add `classes: {2: {is: building}}`
          """))
  }

  @Test func `an activation that nobody can tell is asked for`() {
    var metadata = starterMetadata()
    metadata.hasDeepnessKeys = false

    #expect(
      refusal(metadata: metadata, model: interface(ending: "Mul"))
        == Refusal(
          "missing",
          """
          the pipeline does not say what makes probabilities of the model's output, and neither does \
          the model
            its graph ends in Mul, which tells nothing of that
            add `activation: softmax`
          """))
  }

  @Test func `a probability of no class is refused`() {
    #expect(
      refusal(of: "mosaic: {probabilities: [water]}")
        == Refusal(
          "unknownClass",
          """
          mosaic.probabilities names a class that the map does not have: 'water'
            the map has: background, building, contact
            name one of these, or say with inference.classes what the channels mean
          """))
  }

  @Test func `footprints of no class are refused`() {
    #expect(
      refusal(of: "footprints: {class: bulding}")
        == Refusal(
          "unknownClass",
          """
          footprints.class names a class that the map does not have: 'bulding'
            the map has: background, building, contact
            did you mean 'building'?
          """))
  }

  @Test func `footprints need their class's probability`() {
    #expect(
      refusal(of: "mosaic: {probabilities: [contact]}")
        == Refusal(
          "probabilityMissing",
          """
          footprints cannot be traced of class 'building'
            mosaic.probabilities writes only: contact
            add 'building' to mosaic.probabilities, or leave that key out
          """))
  }

  @Test func `footprints of one class among several are asked for`() {
    #expect(
      refusal(of: "inference: {model: m, classes: [background, road, water]}")
        == Refusal(
          "missing",
          """
          the pipeline does not say which class to trace, and neither does the model
            the map has: background, road, water
            add `footprints: {class: road}` or `footprints: none`
          """))
  }

  @Test func `bridges of no roads, of unknown roads, and a second time are refused`() {
    let classes = "inference: {model: m, classes: [ground, road, water]}\nfootprints: "
    #expect(
      refusal(of: classes + "[{trace: bridge}]")
        == Refusal(
          "unknownRoads",
          """
          layer 'bridges' does not say whose bridges it holds
            layers with `trace: centerline` before it: none
            name one of them with `of`, or add `{layer: roads, trace: centerline}` before it
          """))
    #expect(
      refusal(of: classes + "[{trace: centerline}, {trace: bridge, of: rails}]")
        == Refusal(
          "unknownRoads",
          """
          layer 'bridges' does not say whose bridges it holds: no roads are 'rails'
            layers with `trace: centerline` before it: roads
            name one of them with `of`, or add `{layer: roads, trace: centerline}` before it
          """))
    #expect(
      refusal(of: classes + "[{trace: centerline}, {trace: bridge}, {trace: bridge, layer: more}]")
        == Refusal(
          "secondBridges",
          """
          layer 'more' cannot hold bridges of 'roads'
            another layer holds them already
            take one of the two layers out
          """))
  }

  @Test func `areas that are no buildings are not written as such`() {
    let classes = "inference: {model: m, classes: [ground, building, water]}\nfootprints: "
    #expect(
      refusal(of: classes + "{class: water, schema: overture}")
        == Refusal(
          "schemaOfBuildings",
          """
          layer 'footprints' cannot be written by the schema overture
            it is a schema of buildings, and the layer holds 'water'
            take schema mapwright or osm for this layer
          """))
    #expect(refusal(of: classes + "{class: water, schema: osm}") == nil)
    #expect(refusal(of: classes + "{class: building, schema: overture}") == nil)
  }

  @Test func `bridges over nothing are asked what they lead over`() {
    #expect(
      refusal(
        of: "inference: {model: m, classes: [ground, road, rail]}\n"
          + "footprints: [{trace: centerline}, {trace: bridge}]")
        == Refusal(
          "missing",
          """
          the pipeline does not say what bridges lead over, and neither does the model
            the map has: ground, road, rail
            add `over: rail` or `footprints: none`
          """))
  }

  @Test func `a chip that a model of one size does not take is refused`() {
    #expect(
      refusal(of: "tiling: {chip_px: 1024}", model: interface(side: 512))
        == Refusal(
          "chipCannotBe",
          """
          chips cannot be 1024 px wide
            model 'm.onnx' takes chips of 512 px only
            write `chip_px: 512`, or leave that key out
          """))
  }

  @Test func `a chip that the network's strides do not divide is refused`() {
    #expect(
      refusal(of: "tiling: {chip_px: 520, halo_px: 4}")
        == Refusal(
          "chipCannotBe",
          """
          chips cannot be 520 px wide
            model 'm.onnx' takes multiples of 16 px
            try `chip_px: 528`, or leave that key out
          """))
  }

  @Test func `a model that takes no squares is refused`() {
    var model = interface()
    model.input.extents = [1, 3, 480, 640]

    #expect(
      refusal(model: model)
        == Refusal(
          "chipCannotBe",
          """
          chips cannot be 640 px wide
            model 'm.onnx' takes 640×480 px, which is no square
            export the model again with a square input, or with free height and width
          """))
  }

  @Test func `a chip too small for a halo is refused, with the halo it could have`() {
    #expect(
      refusal(model: interface(side: 64))
        == Refusal(
          "chipCannotBe",
          """
          chips cannot be 64 px wide
            with a halo of 8 px on each side no core of 64 px is left
            write `halo_px: 0` and accept seams, or use a model that takes more
          """))
  }

  @Test func `a halo that leaves no core of the model's chip is refused`() {
    #expect(
      refusal(of: "tiling: {halo_px: 60}", model: interface(side: 512))
        == Refusal("cannotCut", "\(GridError.haloLeavesNoCore(chip: 512, halo: 60))"))
  }
}
