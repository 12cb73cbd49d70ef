import Pipelines
import Testing

@Suite struct `Values that cannot stand together` {
  @Test(arguments: [
    (
      "tiling: {chip_px: 512, halo_px: 256}\ninference: {model: m}",
      """
      a.yaml:1:33: a halo of 256 px on each side does not suit a 512 px chip
        the core, chip − 2 × halo = 0 px, must be a positive multiple of 64
        try `chip_px: 1024` with `halo_px: 64`, or `chip_px: 512` with `halo_px: 64`
      """
    ),
    (
      "scenes: {mask: {band: SCL}}\ninference: {model: m}",
      """
      a.yaml:1:16: scenes.mask has no valid numbers
        a pixel is clear by its number, or by bits of it that are not set
        write one of `valid: [4, 5, 6]` and `clear_bits: [1, 3, 4]`
      """
    ),
    (
      "scenes: {mask: {band: 1, valid: 1, clear_bits: [0]}}\ninference: {model: m}",
      """
      a.yaml:1:48: scenes.mask has both valid and clear_bits
        a pixel is clear by its number, or by bits of it that are not set
        write one of `valid: [4, 5, 6]` and `clear_bits: [1, 3, 4]`
      """
    ),
    (
      "scenes: {mask: {band: 1, valid: 1, file: _udm2.tif}}\ninference: {model: m}",
      """
      a.yaml:1:42: scenes.mask.file does not say what replaces what
        a mask's path is its scene's, with one text put in place of another
        write two texts, such as `file: [_visual.tif, _udm2.tif]`
      """
    ),
    (
      "scenes: {stretch: [98, 2]}\ninference: {model: m}",
      """
      a.yaml:1:19: scenes.stretch names no two shares of pixels
        a share of the darkest becomes black, and all above another white
        write two percentages, the smaller first, such as `stretch: [2, 98]`
      """
    ),
    (
      "inference: {model: m, mean: [1, 2, 3], std: [1, 2]}",
      """
      a.yaml:1:45: inference has 3 values of mean and 2 of std
        each band has one of both
        give both lists the same length, or a single value that holds for all bands
      """
    ),
    (
      "inference: {model: m, engine: builtin, device: GPU}",
      """
      a.yaml:1:48: the built-in engine has no choice of device
        it computes on the processor, in the numbers that the model holds, chip by chip
        write `engine: openvino`, or take `device` out
      """
    ),
    (
      "inference: {model: m, classes: [a, b, a]}",
      """
      a.yaml:1:32: inference.classes publishes 'a' twice
        a class of the map has one name of its own
        write `{is: a}` for the channel that adds to it
      """
    ),
    (
      "inference: {model: m, classes: [a, {is: a, contact: true}, {is: a, contact: true}]}",
      """
      a.yaml:1:32: inference.classes has two channels of contact
        one channel says where neighbouring objects touch
        write `contact: true` for one channel only
      """
    ),
    (
      "inference: {model: m, classes: [{name: a, is: b}]}",
      """
      a.yaml:1:33: inference.classes: a class has either `name` or `is`
        `name` and `color` publish a class; `is` and `contact` add a channel to one
        write `{name: building}` or `{is: building, contact: true}`
      """
    ),
    (
      "scenes: {bands: [red, 1, red]}\ninference: {model: m}",
      """
      a.yaml:1:17: scenes.bands names red twice
        every channel of the network takes a band of its own
        name each band once, in the order in which the network was trained
      """
    ),
    (
      "inference: {model: m}\nmosaic: {layers: [class, class, probability]}",
      """
      a.yaml:2:18: mosaic.layers names class twice
        each raster is written once
        name it once
      """
    ),
    (
      "inference: {model: m}\nmosaic: {layers: [probability]}",
      """
      a.yaml:2:9: mosaic cannot draw a preview without the class layer
        the preview shows the classes
        add `class` to `layers`, or write `preview: false`
      """
    ),
    (
      "inference: {model: m}\nmosaic: {layers: [class]}",
      """
      a.yaml:2:9: footprints cannot be traced without probabilities
        outlines follow the probability layer, which mosaic.layers leaves out
        add `probability` to mosaic.layers, or write `footprints: none`
      """
    ),
    (
      "inference: {model: m}\nfootprints: {write: [fgb, fgb]}",
      """
      a.yaml:2:21: footprints.write names fgb twice
        each file is written once
        name it once
      """
    ),
    (
      "inference: {model: m}\nfootprints: [{class: a}, {class: b}]",
      """
      a.yaml:2:26: footprints has two layers 'footprints'
        their files would have the same names
        give each layer a name of its own, such as `layer: footprints-2`
      """
    ),
    (
      "inference: {model: m}\nfootprints: [{trace: bridge}, {layer: bridges_points}]",
      """
      a.yaml:2:31: footprints has two layers 'bridges_points'
        their files would have the same names
        give each layer a name of its own, such as `layer: bridges_points-2`
      """
    ),
    (
      "inference: {model: m}\nfootprints: {layer: roads_r0c12, trace: centerline}",
      """
      a.yaml:2:21: footprints.layer 'roads_r0c12' is called like a part
        large layers are written in parts, whose names end in a row and a column
        give the layer another name
      """
    ),
    (
      "inference: {model: m}\nfootprints: {trace: centerline, schema: overture}",
      """
      a.yaml:2:41: footprints.schema overture has no place for lines
        it is a schema of buildings
        take one of mapwright, osm for this layer
      """
    ),
    (
      "inference: {model: m}\nfootprints: {trace: centerline, narrowest_m: 9, widest_m: 8}",
      """
      a.yaml:2:46: footprints.narrowest_m leaves no road
        9 m is not below widest_m, 8 m
        make narrowest_m smaller, or widest_m larger
      """
    ),
  ])
  func `are refused with their place and a way out`(text: String, words: String) {
    let error = #expect(throws: SpecificationError.self) {
      _ = try PipelineSpecification(parsing: text, file: "a.yaml")
    }

    #expect(error.map(Refusal.init) == Refusal("contradiction", words))
  }
}
