import Testing

@testable import OpenVINONetworks

@Suite struct `The settings of OpenVINO` {
  @Test(arguments: [
    "CPU", "GPU", "GPU.1", "NPU", "AUTO", "AUTO:GPU,CPU", "HETERO:GPU.0,CPU", "MULTI:GPU,NPU",
  ])
  func `know the devices' words`(_ device: String) {
    #expect(OpenVINOSettings.isDevice(device))
  }

  @Test(arguments: [
    "", "cpu", "TPU", "GPU.", "GPU.x", "HETERO", "HETERO:", "MULTI:GPU,", "CPU,GPU", "AUTO:AUTO",
  ])
  func `refuse other words`(_ device: String) {
    #expect(!OpenVINOSettings.isDevice(device))
  }

  @Test func `leave the processor's threads unpinned, so that worker processes do not share one`() {
    let settings = OpenVINOSettings(streams: 2)

    #expect(
      settings.properties(threads: 1, cacheFolder: nil).map { "\($0.key)=\($0.value)" } == [
        "INFERENCE_PRECISION_HINT=f32", "INFERENCE_NUM_THREADS=2", "NUM_STREAMS=2",
        "ENABLE_CPU_PINNING=NO",
      ])
  }

  @Test func `hand precision, distribution and cache on by OpenVINO's names`() {
    let settings = OpenVINOSettings(
      device: "HETERO:GPU,CPU", precision: .bf16, distribution: .pipeline)

    #expect(
      settings.properties(threads: 4, cacheFolder: "/run/cache").map { "\($0.key)=\($0.value)" }
        == [
          "INFERENCE_PRECISION_HINT=bf16", "PERFORMANCE_HINT=LATENCY",
          "MODEL_DISTRIBUTION_POLICY=PIPELINE_PARALLEL", "CACHE_DIR=/run/cache",
        ])
  }
}
