import Pipelines
import Testing

/// An error as tests compare it: which case it is, and all its words.
struct Refusal: Equatable {
  let kind: String
  let words: String

  init(_ kind: String, _ words: String) {
    self.kind = kind
    self.words = words
  }

  init(_ error: any Error) {
    kind = Mirror(reflecting: error).children.first?.label ?? ""
    words = "\(error)"
  }
}

/// What a pipeline text is refused with.
private func refusal(of text: String) -> Refusal? {
  do {
    _ = try PipelineSpecification(parsing: text, file: "a.yaml")
    return nil
  } catch {
    return Refusal(error)
  }
}

@Suite struct `A refused pipeline` {
  @Test func `an unknown key is refused with its place and the key that was meant`() {
    #expect(
      refusal(of: "inference: {model: m.onnx}\ntiling:\n  chip_px: 512\n  halo: 64\n")
        == Refusal(
          "unknownKey",
          """
          a.yaml:4:3: tiling has no key 'halo'
            tiling knows: chip_px, halo_px, blend_px
            did you mean 'halo_px'?
          """))
  }

  @Test func `an unknown key that is near no other names those that are known`() {
    #expect(
      refusal(of: "inference: {model: m.onnx, temperature: 1}")
        == Refusal(
          "unknownKey",
          """
          a.yaml:1:28: inference has no key 'temperature'
            inference knows: model, engine, device, precision, streams, model_distribution, output, \
          activation, scale, mean, std, pixel_m, classes, batch, threads
            take the key out, or use one of these
          """))
  }

  @Test func `a key of another section is sent there`() {
    #expect(
      refusal(of: "inference: {model: m.onnx, smallest_m2: 3}")
        == Refusal(
          "unknownKey",
          """
          a.yaml:1:28: inference has no key 'smallest_m2'
            inference knows: model, engine, device, precision, streams, model_distribution, \
          output, activation, scale, mean, std, pixel_m, classes, batch, threads
            that key belongs to the section `footprints`
          """))
  }

  @Test func `an unknown section is refused like any key`() {
    #expect(
      refusal(of: "inference: {model: m.onnx}\ntilling: {}\n")
        == Refusal(
          "unknownKey",
          """
          a.yaml:2:1: a pipeline has no key 'tilling'
            a pipeline knows: name, scenes, grid, region, tiling, queue, inference, mosaic, footprints
            did you mean 'tiling'?
          """))
  }

  @Test func `a key that is no text is refused`() {
    #expect(
      refusal(of: "[a]: 1")
        == Refusal(
          "unknownKey",
          """
          a.yaml:1:1: a pipeline has no key 'a list'
            a pipeline knows: name, scenes, grid, region, tiling, queue, inference, mosaic, footprints
            take the key out, or use one of these
          """))
  }

  @Test func `a key given twice is refused`() {
    #expect(
      refusal(of: "name: a\ninference: {model: m}\nname: b\n")
        == Refusal(
          "duplicateKey",
          """
          a.yaml:1:1: the key 'name' is given twice
            which of the two values is meant cannot be known
            keep one of them
          """))
  }

  @Test func `a channel given twice is refused`() {
    #expect(
      refusal(of: "inference: {model: m, classes: {1: a, 01: b}}")
        == Refusal(
          "duplicateKey",
          """
          a.yaml:1:39: the key '1' is given twice
            which of the two values is meant cannot be known
            keep one of them
          """))
  }

  @Test func `a missing model is named with an example`() {
    #expect(
      refusal(of: "inference:\n  batch: 2\n")
        == Refusal(
          "missingKey",
          """
          a.yaml:2:3: inference has no 'model'
            this key has no default
            add `model: ../models/buildings.onnx`
          """))
  }

  @Test func `a missing section is named with an example`() {
    #expect(
      refusal(of: "name: town\n")
        == Refusal(
          "missingKey",
          """
          a.yaml:1:1: a pipeline has no 'inference'
            this key has no default
            add `inference: {model: ../models/buildings.onnx}`
          """))
  }

  @Test func `a word in a number's place is refused`() {
    #expect(
      refusal(of: "tiling: {chip_px: large}\ninference: {model: m}")
        == Refusal(
          "wrongValue",
          """
          a.yaml:1:19: tiling.chip_px cannot be large
            expected a whole number from 64 to 16384, or auto
            try `chip_px: 1024`
          """))
  }

  @Test func `a quoted number is a text`() {
    #expect(
      refusal(of: "tiling: {chip_px: '512'}\ninference: {model: m}")
        == Refusal(
          "wrongValue",
          """
          a.yaml:1:19: tiling.chip_px cannot be the text "512"
            expected a whole number from 64 to 16384, or auto
            try `chip_px: 1024`
          """))
  }

  @Test func `a number out of range is refused with the range`() {
    #expect(
      refusal(of: "inference:\n  model: m\n  batch: 0\n")
        == Refusal(
          "wrongValue",
          """
          a.yaml:3:10: inference.batch cannot be 0
            expected a whole number from 1 to 64
            try `batch: 1`
          """))
  }

  @Test func `a key without a value is refused`() {
    #expect(
      refusal(of: "inference:\n  model: m\n  batch:\n")
        == Refusal(
          "wrongValue",
          """
          a.yaml:3:9: inference.batch cannot be empty
            expected a whole number from 1 to 64
            try `batch: 1`
          """))
  }

  @Test func `a misspelt word is answered with the word that was meant`() {
    #expect(
      refusal(of: "inference: {model: m}\nmosaic: {compression: deflat}\n")
        == Refusal(
          "wrongValue",
          """
          a.yaml:2:23: mosaic.compression cannot be deflat
            expected one of deflate, zstd, lerc
            did you mean 'deflate'?
          """))
  }

  @Test func `a time without a unit is refused`() {
    #expect(
      refusal(of: "queue: {grace: 25}\ninference: {model: m}")
        == Refusal(
          "wrongValue",
          """
          a.yaml:1:16: queue.grace cannot be 25
            expected a time from 1s to 1h, with its unit: ms, s, m or h
            try `grace: 25s`
          """))
  }

  @Test func `a list in a text's place is refused`() {
    #expect(
      refusal(of: "inference: {model: [m]}")
        == Refusal(
          "wrongValue",
          """
          a.yaml:1:20: inference.model cannot be a list
            expected a text
            try `model: ../models/buildings.onnx`
          """))
  }

  @Test func `an empty list is refused where it means nothing`() {
    #expect(
      refusal(of: "inference: {model: m}\nmosaic: {layers: []}")
        == Refusal(
          "wrongValue",
          """
          a.yaml:2:18: mosaic.layers cannot be a list
            expected one of class, probability, coverage, provenance, or a list of such that is not empty
            try `layers: [class, probability, coverage]`
          """))
  }

  @Test func `yes is not true`() {
    #expect(
      refusal(of: "inference: {model: m}\nmosaic: {keep_parts: yes}")
        == Refusal(
          "wrongValue",
          """
          a.yaml:2:22: mosaic.keep_parts cannot be yes
            expected true or false
            try `keep_parts: false`
          """))
  }

  @Test func `an unquoted colour is a comment, and the error says so`() {
    #expect(
      refusal(of: "inference:\n  model: m\n  classes:\n    1: {name: a, color: red}\n")
        == Refusal(
          "wrongValue",
          """
          a.yaml:4:25: inference.classes.color cannot be red
            expected a colour, six hexadecimal digits in quotes (an unquoted # begins a comment), \
          or auto
            try `color: "#e4572e"`
          """))
  }

  @Test func `a section that is a value is refused with its keys`() {
    #expect(
      refusal(of: "inference: {model: m}\ntiling: 512\n")
        == Refusal(
          "wrongValue",
          """
          a.yaml:2:9: tiling cannot be 512
            expected some of the keys chip_px, halo_px, blend_px
            write the keys below `tiling:`, each on a line of its own, indented
          """))
  }

  @Test func `a name that could not be a file's is refused`() {
    #expect(
      refusal(of: "name: ../town\ninference: {model: m}")
        == Refusal(
          "wrongValue",
          """
          a.yaml:1:7: name cannot be ../town
            expected a name of up to 64 letters, digits, '-', '_' and '.', that begins with a letter \
          or digit
            try `name: town`
          """))
  }

  @Test func `a pipeline that is a list is refused`() {
    #expect(
      refusal(of: "- inference\n")
        == Refusal(
          "wrongValue",
          """
          a.yaml:1:1: a pipeline cannot be a list
            expected sections: name, scenes, grid, region, tiling, queue, inference, mosaic, footprints
            begin with a copy of pipelines/buildings.yaml
          """))
  }

  @Test(arguments: ["", "\n\n", "# only words\n", "---\n", "~"])
  func `an empty pipeline is refused`(text: String) {
    #expect(
      refusal(of: text)
        == Refusal(
          "empty",
          """
          pipeline 'a.yaml' is empty
            it needs at least the section `inference` with the key `model`
            begin with a copy of pipelines/buildings.yaml
          """))
  }

  @Test func `a tab is refused where it stands`() {
    #expect(
      refusal(of: "inference:\n \tmodel: m\n")
        == Refusal(
          "tab",
          """
          a.yaml:2:2: a tab stands in the indentation
            YAML indents with spaces only
            replace the tab by two spaces
          """))
  }

  @Test func `a tab is found after lines that end as on Windows`() {
    #expect(
      refusal(of: "name: a\r\ninference:\r\n\tmodel: m\r\n")?.words.prefix(11) == "a.yaml:3:1:")
  }

  @Test func `what is not YAML is refused in the reader's words`() {
    #expect(
      refusal(of: "inference: {model: m\nname: [a\n")
        == Refusal(
          "notYAML",
          """
          a.yaml:2:5: the pipeline is not YAML
            the YAML reader says: did not find expected ',' or '}'
            check indentation, quotes and brackets at and just before this place
          """))
  }

  @Test func `two documents are refused`() {
    #expect(
      refusal(of: "inference: {model: m}\n---\nname: b\n")
        == Refusal(
          "notYAML",
          """
          a.yaml:2:1: the pipeline is not YAML
            the YAML reader says: but found another document
            check indentation, quotes and brackets at and just before this place
          """))
  }

  @Test func `what is not UTF-8 is refused at its byte`() {
    let bytes = Array("name: é\nname: ".utf8) + [0xE9, 0x0A]
    let error = #expect(throws: SpecificationError.self) {
      _ = try PipelineSpecification(parsing: bytes, file: "a.yaml")
    }

    #expect(error == .notText(at: TextPosition(file: "a.yaml", line: 2, column: 7)))
    #expect(
      error?.description == """
        a.yaml:2:7: the pipeline is not UTF-8 text
          the byte here begins no character of UTF-8
          save the file as UTF-8 and try again
        """)
  }

  @Test func `a missing file is named`() {
    let error = #expect(throws: SpecificationError.self) {
      _ = try PipelineSpecification(reading: "nowhere/town.yaml")
    }

    #expect(
      error?.description == """
        cannot read pipeline 'nowhere/town.yaml'
          there is no such file
          give the path of a pipeline file, such as pipelines/buildings.yaml
        """)
  }

  @Test func `a folder is no pipeline`() {
    let error = #expect(throws: SpecificationError.self) {
      _ = try PipelineSpecification(reading: "/")
    }

    #expect(error == .cannotRead(path: "/", reason: "it is a folder"))
  }
}
