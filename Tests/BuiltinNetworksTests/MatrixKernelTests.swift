import CKernels
import Tensors
import Testing

@testable import BuiltinNetworks

@Suite("kernels of products, attention and resized sums give the same bits everywhere")
struct MatrixKernelTests {
  private static var tables: [mw_kernels] {
    var pointers = [UnsafePointer<mw_kernels>?](repeating: nil, count: 3)
    let count = mw_all_kernels(&pointers)
    return pointers.prefix(Int(count)).compactMap { $0?.pointee }
  }

  @Test("with every instruction set", arguments: OperatorCase.products, 0..<12)
  func instructionSets(_ kind: OperatorCase, _ seed: Int) throws {
    var random = Randomness(seed)
    let (operation, inputs) = kind.make(&random)
    guard inputs.allSatisfy({ $0?.type ?? .float32 == .float32 }) else { return }
    var first: [UInt32]?
    for table in Self.tables {
      let bits = try run(operation, inputs, table).map(\.bitPattern)
      #expect(bits == first ?? bits, "\(kind.name), seed \(seed), \(String(cString: table.name))")
      first = first ?? bits
    }
  }

  @Test("for a column, whatever columns are computed with it", arguments: 0..<10)
  func columns(_ seed: Int) throws {
    var random = Randomness(seed)
    let (rows, depth) = (random.integer(1...30), random.integer(1...90))
    let columns = random.integer(50...600)
    let a = random.tensor([rows, depth])
    let b = random.tensor([depth, columns])
    let whole = try run(MatrixProduct(kind: .matMul), [a, b], Self.tables[0])
    let column = random.integer(0...columns - 1)
    let alone = b.picking(
      View(b.shape).slicing(1, from: column, count: 1).offsets, Shape(depth, 1))
    for table in Self.tables {
      let result = try run(MatrixProduct(kind: .matMul), [a, alone], table)
      #expect(result == (0..<rows).map { whole[$0 * columns + column] })
    }
  }

  private func run(
    _ operation: any BuiltinNetworks.Operator, _ inputs: [Tensor?], _ table: mw_kernels
  ) throws -> [Float] {
    let node = Program.Node(
      label: "case", operation: operation, types: .any, inputs: inputs.map { _ in "x" },
      outputs: ["y"])
    let facts = Inputs<Fact>(inputs.map { $0.map { Fact($0) } })
    return try #require(try node.fold(facts, table)).flatMap { Array($0.floats) }
  }
}
