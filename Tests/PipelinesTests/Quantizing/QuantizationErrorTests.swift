import Testing

@testable import Pipelines

@Suite("a model that is not quantised says why")
struct QuantizationErrorTests {
  @Test("when it loses too much")
  func loss() {
    let error = QuantizationError.losesTooMuch(
      model: "town.onnx", lost: "1.25", of: .score, limit: "0.5", kept: 4, layers: 19)
    #expect(
      "\(error)" == """
        cannot quantise 'town.onnx' well enough
          1.25 points of IoU or F1 lost, 0.5 allowed, 4 of 19 layers in floats
          calibrate with scenes like those you map, or allow more with `--max-loss`
        """)
    #expect(Failures.exitStatus(of: error) == .badPipeline)
  }

  @Test("when there is no picture to learn from")
  func nothing() {
    let error = QuantizationError.nothingToSee(scenes: "empty.tif")
    #expect(
      "\(error)" == """
        cannot learn from 'empty.tif'
          no chip of these scenes holds a picture
          give scenes with valid pixels, such as some of those you want to map
        """)
    #expect(Failures.exitStatus(of: error) == .badInput)
  }

  @Test("when it cannot be written")
  func writing() {
    let error = QuantizationError.cannotWrite(path: "/proc/m.onnx", reason: "No such file")
    #expect(
      "\(error)" == """
        cannot write the quantised model '/proc/m.onnx'
          No such file
          give `--out` a place that you can write, with room for the model
        """)
    #expect(Failures.exitStatus(of: error) == .cannotWrite)
  }
}
