import Pipelines
import Testing

@Suite struct `A pipeline written out` {
  @Test func `every default is written, in the order of the sections`() throws {
    let pipeline = try PipelineSpecification(
      parsing: "footprints: {}\ninference: {model: m.onnx}", file: "town.yaml")

    #expect(
      pipeline.yaml == """
        name: town

        scenes:
          files: []
          bands: auto
          nodata: auto
          assets: []
          cloud_cover_max: none
          order: first
          overlap: one
          stretch: none
          mask: none
          declared_scale: apply

        grid: scenes

        region:
          file: none
          clip: true

        tiling:
          chip_px: auto
          halo_px: auto
          blend_px: 0

        queue:
          shard_px: auto
          workers: auto
          memory: auto
          grace: 25s
          silence: 1m
          stall: 2m
          reserve_mb: auto

        inference:
          model: m.onnx
          engine: auto
          device: CPU
          precision: f32
          streams: 1
          model_distribution: auto
          output: auto
          activation: auto
          scale: auto
          mean: auto
          std: auto
          pixel_m: auto
          classes: auto
          batch: 1
          threads: auto

        mosaic:
          layers: [class, probability, coverage]
          probabilities: auto
          compression: deflate
          probability_levels: all
          keep_parts: false
          preview: true

        footprints:
          layer: footprints
          trace: outline
          class: auto
          threshold: auto
          least_confidence: 0
          smallest_m2: 8
          outline: squared
          largest_m: 100
          schema: mapwright
          write: [gpkg, fgb, geojsonl]

        """)
  }

  @Test func `what is read back is equal`() throws {
    #expect(try PipelineSpecification(parsing: everyValue.yaml, file: "x.yaml") == everyValue)
  }

  @Test func `no footprints are written as none`() throws {
    var pipeline = everyValue
    pipeline.footprints = []

    #expect(pipeline.yaml.hasSuffix("\nfootprints: none\n"))
    #expect(try PipelineSpecification(parsing: pipeline.yaml, file: "x.yaml") == pipeline)
  }

  @Test(arguments: [
    "auto", "none", "null", "~", "", "12", "1e3", "true", "No", "#a", "a b", "a: b", "-", "- a",
    "*a", "&a", "{a}", "[a", "a,b", "'", "\"", "\\", "é", "日本", "a\nb", "a\tb", "\u{7}", "\u{85}",
    ".", "..", "../a/*.tif", "C:\\x", "%", "@", "!x", "|", ">", "?", "=", "<<", "a\u{2028}b", "🏠",
    "0x10", "1_000", "12:30", "2026-01-01", " leading", "trailing ", "inf", "nan", ".nan",
  ])
  func `any text comes back as it was`(text: String) throws {
    var pipeline = everyValue
    pipeline.scenes.bands = [.named(text.isEmpty ? "x" : text)]
    pipeline.scenes.files = text.isEmpty ? [] : [text]
    pipeline.inference.output = text.isEmpty ? nil : text

    #expect(try PipelineSpecification(parsing: pipeline.yaml, file: "x.yaml") == pipeline)
  }

  @Test(arguments: [0.1, 1.0 / 3, 1e-300, 1e300, -0.5, 12_345_678_901_234_568, 2.5e-308, 100])
  func `any number comes back as it was`(number: Double) throws {
    var pipeline = everyValue
    pipeline.scenes.nodata = number
    pipeline.inference.mean = [number]

    #expect(try PipelineSpecification(parsing: pipeline.yaml, file: "x.yaml") == pipeline)
  }

  @Test func `a long list stands on lines of its own`() throws {
    var pipeline = everyValue
    pipeline.scenes.files = (1...20).map { "../scenes/\($0).tif" }

    #expect(pipeline.yaml.contains("  files:\n    - ../scenes/1.tif\n    - ../scenes/2.tif\n"))
    #expect(try PipelineSpecification(parsing: pipeline.yaml, file: "x.yaml") == pipeline)
  }
}
