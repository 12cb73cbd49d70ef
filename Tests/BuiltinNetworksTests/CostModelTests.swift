import Tensors
import Testing

@testable import BuiltinNetworks

@Suite("the cost model")
struct CostModelTests {
  /// A step of a kernel that does so much.
  private func step(_ kernel: String, _ effort: Effort) -> PlanReport.Step {
    PlanReport.Step(
      stage: 0, label: "", kernel: kernel, shape: Shape(1, 1, 1, 1), bands: 1, keptRows: 1,
      operationCount: 0, bytes: 0, effort: effort)
  }

  @Test("halves the time on a core that gives twice as much")
  func scales() {
    let step = step("tiles", Effort(operations: 1_000_000, values: 10_000))
    let (slow, fast) = (CostModel(gflops: 50), CostModel(gflops: 100))
    #expect(slow.seconds(of: step) == 2 * fast.seconds(of: step))
    #expect(slow.seconds(of: step) > 1e6 / 50e9)
  }

  @Test("counts what tiles compute: a quarter of the products, and their transforms")
  func tiles() {
    // 16 products a pixel and filter pair of 4 × 4 pixels would be 144.
    let effort = Winograd.effort(Shape(32, 64, 3, 3), tiles: 100)
    #expect(effort.operations * 4 == 2 * 9 * 32 * 64 * 16 * 100)
    #expect(effort.values == 36 * ((64 + 32) * 100 + 64 * 32))
  }

  @Test("knows a rate for every kernel of the networks that it was fitted to, and one for others")
  func rates() throws {
    let known = CostModel(gflops: 1).seconds(of: step("pooling", Effort(operations: 0, values: 1)))
    let other = CostModel(gflops: 1).seconds(of: step("rare", Effort(operations: 0, values: 1)))
    #expect(known == 50e-9 && other == 60e-9)
  }
}
