import Tensors

@testable import BuiltinNetworks

/// Numbers that look random and are the same in every run (SplitMix64).
struct Randomness: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: Int) { state = UInt64(bitPattern: Int64(seed)) }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  mutating func integer(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  mutating func floats(_ count: Int, _ range: ClosedRange<Float> = -2...2) -> [Float] {
    (0..<count).map { _ in Float.random(in: range, using: &self) }
  }

  mutating func tensor(_ extents: [Int], _ range: ClosedRange<Float> = -2...2) -> Tensor {
    let shape = Shape(extents)
    return Tensor(floats(shape.count, range), shape)
  }

  /// Small whole numbers of any type.
  mutating func tensor(_ type: ElementType, _ extents: [Int]) -> Tensor {
    let shape = Shape(extents)
    let whole = (0..<shape.count).map { _ in integer(type == .uint8 ? 0...255 : -100...100) }
    switch type {
    case .float32: return Tensor(whole.map { Float($0) / 8 }, shape)
    case .int64: return Tensor(whole.map(Int64.init), shape)
    case .int32: return Tensor(whole.map(Int32.init), shape)
    case .int8: return Tensor(whole.map(Int8.init), shape)
    case .uint8: return Tensor(whole.map(UInt8.init), shape)
    case .bool: return Tensor(whole.map { UInt8($0 & 1) }, shape, type: .bool)
    }
  }

  mutating func pick<Value>(_ values: [Value]) -> Value { values[integer(0...values.count - 1)] }
}

extension Tensor {
  /// A list of integers, as shapes and axes are given.
  static func list(_ values: [Int]) -> Tensor {
    Tensor(values.map(Int64.init), Shape(values.count))
  }
}
