import CKernels
import COpenBLAS
import Tensors
import Testing

@testable import BuiltinNetworks

@Suite("operators: the fast way equals the reference")
struct OperatorTests {
  init() { openblas_set_num_threads(1) }

  @Test("on random shapes", arguments: OperatorCase.all)
  func agree(_ kind: OperatorCase) throws {
    for seed in 0..<12 {
      var random = Randomness(seed)
      let (operation, inputs) = kind.make(&random)
      let facts = Inputs<Fact>(inputs.map { $0.map { Fact($0) } })
      let node = Program.Node(
        label: kind.name, operation: operation, types: .any, inputs: inputs.map { _ in "x" },
        outputs: ["y"])
      let expected = try operation.evaluate(Inputs<Tensor>(inputs))
      let results = try #require(try node.fold(facts, mw_best_kernels().pointee))
      #expect(results.count == expected.count)
      for (result, wanted) in zip(results, expected) {
        let told = "\(kind.name), seed \(seed): \(inputs.map { $0?.shape.description ?? "-" })"
        #expect(result.type == wanted.type && result.shape == wanted.shape, "\(told)")
        guard result.type == .float32 else {
          #expect(result.integers == wanted.integers, "\(told)")
          continue
        }
        let worst = zip(result.floats, wanted.floats).map { a, b in
          a == b ? 0 : abs(a - b) / max(1, abs(b))
        }.max()
        #expect(worst ?? 0 <= kind.tolerance, "\(told)")
      }
    }
  }

  @Test("every claimed operator has a case here or is decided by shapes")
  func everyClaimIsCovered() {
    let covered = Set(OperatorCase.all.flatMap(\.operators))
    let folding = Set(Folding.claims.map(\.name))
    #expect(OperatorTable.names.filter { !covered.contains($0) && !folding.contains($0) } == [])
  }
}
