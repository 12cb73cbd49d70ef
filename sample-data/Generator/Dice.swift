/// A seeded source of chance whose numbers are the same everywhere and for ever.
///
/// Only integers and exact conversions are used, and none of the standard library's own random
/// functions, whose way of drawing may change with the compiler.
///
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
struct Dice {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// Sixty-four fresh bits.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return mixed(state)
  }

  /// A number in 0 ..< 1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number between two bounds.
  mutating func between(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }

  /// A number of a closed range.
  mutating func between(_ range: ClosedRange<Double>) -> Double {
    between(range.lowerBound, range.upperBound)
  }

  /// A whole number of a closed range.
  mutating func whole(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(unit() * Double(range.count))
  }

  /// Whether something of this probability happens.
  mutating func happens(_ probability: Double) -> Bool { unit() < probability }

  /// One of the choices, all alike; choices may be repeated to weigh them.
  mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
    choices[whole(0...choices.count - 1)]
  }
}

/// The bits of a number, thoroughly stirred.
func mixed(_ bits: UInt64) -> UInt64 {
  var word = bits
  word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
  word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
  return word ^ (word >> 31)
}
