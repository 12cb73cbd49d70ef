import Pipelines
import Testing

/// What a pipeline text is refused with.
private func refusal(of text: String) -> Refusal? {
  do {
    _ = try PipelineSpecification(parsing: text, file: "a.yaml")
    return nil
  } catch {
    return Refusal(error)
  }
}

@Suite struct `Settings of the grid` {
  @Test func `a grid that is none is refused, with what was meant`() {
    #expect(
      refusal(of: "grid: autp\ninference: {model: m}")
        == Refusal(
          "wrongValue",
          """
          a.yaml:1:7: grid cannot be autp
            expected scenes, auto, or keys of a grid
            did you mean 'auto'?
          """))
    #expect(
      refusal(of: "grid: {origin: [1]}\ninference: {model: m}")
        == Refusal(
          "wrongValue",
          """
          a.yaml:1:16: grid.origin cannot be a list
            expected an easting and a northing, or auto
            try `origin: [0, 0]`
          """))
    #expect(
      refusal(of: "grid: {pixel_m: 0}\ninference: {model: m}")
        == Refusal(
          "wrongValue",
          """
          a.yaml:1:17: grid.pixel_m cannot be 0
            expected a size in metres above 0, or auto
            try `pixel_m: 0.5`
          """))
  }
}
