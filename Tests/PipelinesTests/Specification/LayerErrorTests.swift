import Pipelines
import Testing

private func refusal(of text: String) -> Refusal? {
  let error = #expect(throws: SpecificationError.self) {
    _ = try PipelineSpecification(parsing: text, file: "a.yaml")
  }
  return error.map(Refusal.init)
}

@Suite struct `A layer that is wrongly described` {
  @Test func `a key of another kind of layer is refused`() {
    #expect(
      refusal(of: "inference: {model: m}\nfootprints: {trace: centerline, outline: raw}")
        == Refusal(
          "unknownKey",
          """
          a.yaml:2:33: footprints has no key 'outline'
            footprints knows: layer, trace, class, threshold, narrowest_m, widest_m, spur_m, \
          schema, write
            take the key out, or use one of these
          """))
  }

  @Test func `a confidence is a share, not a percentage`() {
    #expect(
      refusal(of: "inference: {model: m}\nfootprints: {least_confidence: 65}")
        == Refusal(
          "wrongValue",
          """
          a.yaml:2:32: footprints.least_confidence cannot be 65
            expected a confidence from 0 to 1
            try `least_confidence: 0.65`
          """))
  }

  @Test func `an unknown kind of layer names those there are`() {
    #expect(
      refusal(of: "inference: {model: m}\nfootprints: [{trace: centreline}]")
        == Refusal(
          "wrongValue",
          """
          a.yaml:2:22: footprints.trace cannot be centreline
            expected one of outline, centerline, bridge
            did you mean 'centerline'?
          """))
  }
}
