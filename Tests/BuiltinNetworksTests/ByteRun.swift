import CKernels
import Tensors

@testable import BuiltinNetworks

/// An operator on bytes run by the kernels of one instruction set, on memory that ends where the
/// operator says.
struct ByteRun {
  /// All tables for bytes that this machine runs.
  static var tables: [mw_byte_kernels] {
    var pointers = [UnsafePointer<mw_byte_kernels>?](repeating: nil, count: 4)
    let count = mw_all_byte_kernels(&pointers)
    return pointers.prefix(Int(count)).compactMap { $0?.pointee }
  }

  /// The first output, dense.
  let output: Tensor
  /// Whether everything beside the rows of an output of bytes is its zero point.
  let hasMargins: Bool

  /// Runs an operator; inputs of bytes are dense and have one zero point each.
  init(
    _ operation: any ByteOperator, _ inputs: [Tensor?], zeros: [Int], result: Int,
    _ table: mw_byte_kernels
  ) throws {
    var facts: [Fact?] = []
    var memory: [UnsafeMutableRawPointer] = []
    defer { memory.forEach { $0.deallocate() } }
    func space(_ bytes: Int) -> UnsafeMutableRawPointer {
      let pointer = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
      pointer.initializeMemory(as: UInt8.self, repeating: 0xa5, count: bytes)
      memory.append(pointer)
      return pointer
    }
    var bindings: [Binding?] = []
    for (position, input) in inputs.enumerated() {
      guard let input else {
        (facts, bindings) = (facts + [nil], bindings + [nil])
        continue
      }
      guard input.type == .uint8 else {
        facts.append(Fact(input))
        bindings.append(Binding(fact: Fact(input), address: input.address))
        continue
      }
      let fact = try Fact.quads(input.shape.extents)
      let address = space(fact.bytes)
      Self.pack(input, zero: UInt8(zeros[position]), into: address)
      facts.append(fact)
      bindings.append(Binding(fact: fact, address: address))
    }
    let given = Inputs<Fact>(facts)
    let made = try operation.outputs(of: given)
    let address = space(max(made[0].bytes, 1))
    let scratch = space(operation.scratchBytes(given, made) + 1)
    let io = Bindings(
      inputs: bindings, outputs: [Binding(fact: made[0], address: address)], scratch: scratch,
      kernels: mw_best_kernels().pointee)
    operation.step(io, table)()
    guard made[0].layout == .quads else {
      output = Tensor(made[0].type, made[0].shape) {
        $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: made[0].bytes))
      }
      hasMargins = true
      return
    }
    (output, hasMargins) = Self.unpack(made[0].shape, zero: UInt8(result), from: address)
  }

  /// Where a value's bytes stand: offsets by channel, row and column of one picture.
  private static func offset(_ quads: Quads, _ index: [Int]) -> Int {
    index[0] * quads.picture + index[1] / 4 * quads.plane + 64 + index[2] * quads.pitch
      + 4 * index[3] + index[1] % 4
  }

  private static func pack(_ x: Tensor, zero: UInt8, into address: UnsafeMutableRawPointer) {
    let quads = Quads(x.shape)
    let bytes = address.assumingMemoryBound(to: UInt8.self)
    let size = quads.pictures * quads.picture
    for place in 0..<size { bytes[place] = zero }
    // What fills the last four channels counts for nothing.
    for index in Indices([quads.pictures, 4 * quads.count, quads.height, quads.width]) {
      bytes[offset(quads, index)] =
        index[1] < quads.channels ? x.values()[x.shape.offset(index)] : 0x5a
    }
  }

  private static func unpack(
    _ shape: Shape, zero: UInt8, from address: UnsafeMutableRawPointer
  ) -> (Tensor, Bool) {
    let quads = Quads(shape)
    let bytes = address.assumingMemoryBound(to: UInt8.self)
    var isInside = [Bool](repeating: false, count: quads.pictures * quads.picture)
    for index in Indices([quads.pictures, 4 * quads.count, quads.height, quads.width]) {
      isInside[offset(quads, index)] = true
    }
    let hasMargins = isInside.indices.allSatisfy { isInside[$0] || bytes[$0] == zero }
    let values = Indices(shape).map { bytes[offset(quads, $0)] }
    return (Tensor(values, shape), hasMargins)
  }
}
