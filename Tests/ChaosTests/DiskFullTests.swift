import Testing

@testable import mapwright_chaos

@Suite struct `A trial in a process of its own` {
  @Test func `is held with the campaign's seed, model and command`() throws {
    let options = try Options([
      "campaign", "--seed", "41", "--model", "a.onnx", "--mapwright", "b",
    ])
    let words = DiskFull(rounds: 3).words(options)
    let inner = try Options(Array(words.drop { $0 != "disk-full" }))

    #expect(inner.seed == 41 && inner.steps == 3)
    #expect(inner.model == "a.onnx" && inner.mapwright == "b")
  }
}
