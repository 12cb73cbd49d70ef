/// SHA-256 (FIPS 180-4), in plain loops, for tests that compare pixels with recorded hashes.
public struct ContentHash {
  private static let rounds = primes(count: 64).map { fraction(of: $0, root: 3) }
  private static let start = primes(count: 8).map { fraction(of: $0, root: 2) }

  /// The hash of some bytes, as hexadecimal digits.
  public static func hex(of bytes: UnsafeRawBufferPointer) -> String {
    var state = start
    var schedule = [UInt32](repeating: 0, count: 64)
    let whole = bytes.count / 64
    rounds.withUnsafeBufferPointer { rounds in
      schedule.withUnsafeMutableBufferPointer { schedule in
        state.withUnsafeMutableBufferPointer { state in
          for block in 0..<whole {
            mix(
              UnsafeRawBufferPointer(rebasing: bytes[block * 64..<block * 64 + 64]), schedule,
              rounds, state)
          }
          var rest = Array(bytes[(whole * 64)...]) + [0x80]
          while rest.count % 64 != 56 { rest.append(0) }
          let bits = UInt64(bytes.count) * 8
          for shift in stride(from: 56, through: 0, by: -8) {
            rest.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
          }
          rest.withUnsafeBytes { rest in
            for block in 0..<rest.count / 64 {
              mix(
                UnsafeRawBufferPointer(rebasing: rest[block * 64..<block * 64 + 64]), schedule,
                rounds, state)
            }
          }
        }
      }
    }
    return state.map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  private static func mix(
    _ block: UnsafeRawBufferPointer, _ schedule: UnsafeMutableBufferPointer<UInt32>,
    _ rounds: UnsafeBufferPointer<UInt32>, _ state: UnsafeMutableBufferPointer<UInt32>
  ) {
    for index in 0..<16 {
      schedule[index] = UInt32(
        bigEndian: block.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self))
    }
    for index in 16..<64 {
      let (w, v) = (schedule[index - 15], schedule[index - 2])
      let s0 = (w >> 7 | w << 25) ^ (w >> 18 | w << 14) ^ (w >> 3)
      let s1 = (v >> 17 | v << 15) ^ (v >> 19 | v << 13) ^ (v >> 10)
      schedule[index] = schedule[index - 16] &+ s0 &+ schedule[index - 7] &+ s1
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for index in 0..<64 {
      let s1 = (e >> 6 | e << 26) ^ (e >> 11 | e << 21) ^ (e >> 25 | e << 7)
      let first = h &+ s1 &+ ((e & f) ^ (~e & g)) &+ rounds[index] &+ schedule[index]
      let s0 = (a >> 2 | a << 30) ^ (a >> 13 | a << 19) ^ (a >> 22 | a << 10)
      let second = s0 &+ ((a & b) ^ (a & c) ^ (b & c))
      (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
    }
    for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= word }
  }

  private static func primes(count: Int) -> [UInt64] {
    var found: [UInt64] = []
    var number: UInt64 = 2
    while found.count < count {
      if found.allSatisfy({ number % $0 != 0 }) { found.append(number) }
      number += 1
    }
    return found
  }

  /// The first 32 bits after the point of a square or cube root, in whole numbers.
  private static func fraction(of prime: UInt64, root: Int) -> UInt32 {
    var (low, high): (UInt64, UInt64) = (0, 1 << 37)
    while high - low > 1 {
      let middle = (low + high) / 2
      if power(middle, root, isAtMost: prime) { low = middle } else { high = middle }
    }
    return UInt32(truncatingIfNeeded: low)
  }

  /// Whether (value / 2³²) to a power is at most a limit, by exact multiplication.
  private static func power(_ value: UInt64, _ exponent: Int, isAtMost limit: UInt64) -> Bool {
    let square = value.multipliedFullWidth(by: value)
    // value² / 2⁶⁴ has its whole part in the high word.
    guard exponent == 3 else { return square.high < limit || square == (limit, 0) }
    let low = square.low.multipliedFullWidth(by: value)
    let high = square.high.multipliedFullWidth(by: value)
    let (sum, carry) = high.low.addingReportingOverflow(low.high)
    let whole = (high.high + (carry ? 1 : 0)) << 32 | sum >> 32
    return whole < limit
  }
}
