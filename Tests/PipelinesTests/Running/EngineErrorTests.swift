import OpenVINONetworks
import Tensors
import Testing

@testable import Pipelines

@Suite struct `Engines that cannot be used` {
  @Test(arguments: [
    (
      NetworkError.engineFailed(path: "m.onnx", reason: "the device was lost"),
      """
      cannot run model 'm.onnx' with OpenVINO
        the device was lost
        `mapwright inspect m.onnx` shows what it takes and gives; export it again, or try `engine: builtin`
      """, Pipelines.ExitStatus.badPipeline
    ),
    (
      .deviceMissing(device: "GPU", reason: "OpenVINO finds no GPU here; it finds: CPU"),
      """
      cannot compute on device 'GPU'
        OpenVINO finds no GPU here; it finds: CPU
        name another with inference.device, or install the device's driver as OpenVINO's guide says
      """, .unavailable
    ),
    (
      .needsMemory(path: "m.onnx", reason: "std::bad_alloc: Cannot allocate memory"),
      """
      cannot hold model 'm.onnx' in memory
        std::bad_alloc: Cannot allocate memory
        lower `chip_px`, `streams` or the number of workers, or use a machine with more memory
      """, .unavailable
    ),
  ])
  func `say what to do next`(error: NetworkError, words: String, status: Pipelines.ExitStatus) {
    #expect(error.description == words)
    #expect(Failures.exitStatus(of: error) == status)
  }

  @Test(arguments: [
    (OpenVINOError.notFound(places: ["'/a'"], reason: "r"), Pipelines.ExitStatus.unavailable),
    (.wrongVersion(path: "/a", reason: "r"), .unavailable),
    (.cannotRead(path: "m.xml", reason: "r"), .badPipeline),
    (.notQuantized(path: "m.xml"), .badPipeline),
  ])
  func `end with 69 where the library is at fault, and with 65 where the model is`(
    error: OpenVINOError, status: Pipelines.ExitStatus
  ) {
    #expect(Failures.exitStatus(of: error) == status)
    #expect(error.description.split(separator: "\n").count == 3)
  }

  @Test func `are named both where none runs the model`() {
    let error = EngineError.noneRuns(
      model: "m.onnx", reason: "pick: operator NonMaxSuppression", lacking: "not installed")
    #expect(
      error.description == """
        no engine here runs model 'm.onnx'
          the built-in engine does not: pick: operator NonMaxSuppression; OpenVINO might, and is not installed
          install OpenVINO with `make openvino` (Documentation/OpenVINO.md), or simplify the model
        """)
    #expect(Failures.exitStatus(of: error) == .unavailable)
  }
}
