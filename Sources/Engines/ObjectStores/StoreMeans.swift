/// What a store's client needs and does not have of itself: the time, chance, rest, hashes.
public struct StoreMeans: Sendable {
  /// The time, in seconds since 1970.
  public var now: @Sendable () -> Double
  /// Waits for some seconds.
  public var pause: @Sendable (_ seconds: Double) -> Void
  /// A random number from 0 up to 1.
  public var chance: @Sendable () -> Double
  /// The SHA-256 of bytes.
  public var hash: @Sendable (_ bytes: [UInt8]) -> [UInt8]
  /// The HMAC-SHA-256 of bytes with a key.
  public var code: @Sendable (_ bytes: [UInt8], _ key: [UInt8]) -> [UInt8]

  /// Takes what is given.
  public init(
    now: @escaping @Sendable () -> Double, pause: @escaping @Sendable (_ seconds: Double) -> Void,
    chance: @escaping @Sendable () -> Double,
    hash: @escaping @Sendable (_ bytes: [UInt8]) -> [UInt8],
    code: @escaping @Sendable (_ bytes: [UInt8], _ key: [UInt8]) -> [UInt8]
  ) {
    self.now = now
    self.pause = pause
    self.chance = chance
    self.hash = hash
    self.code = code
  }
}
