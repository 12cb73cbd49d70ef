import Foundation
import Testing

@testable import Inference

@Suite struct `The exponential` {
  @Test func `is within two parts in ten million of the true one`() {
    let worst = stride(from: Float(-87), through: 88, by: 0.003_7).map { x in
      abs(Double(exponential(x)) / exp(Double(x)) - 1)
    }.max()
    #expect((worst ?? 1) < 2e-7)
  }

  @Test func `is one at zero`() {
    #expect(exponential(0) == 1)
  }

  @Test func `stays finite and normal beyond its range`() {
    #expect(exponential(-.infinity).isNormal && exponential(.infinity).isFinite)
    #expect(exponential(-1000) == exponential(-87) && exponential(1000) == exponential(88))
  }

  @Test func `keeps what is no number`() {
    #expect(exponential(.nan).isNaN)
  }

  /// Bits found by this very code; another value means that maps change.
  @Test func `has the bits it always had`() {
    let bits = [-10, -1, -0.3, 0.1, 1, 20].map { exponential($0).bitPattern }
    #expect(
      bits == [
        0x383E_6BCE, 0x3EBC_5AB2, 0x3F3D_A643, 0x3F8D_763E, 0x402D_F854, 0x4DE7_5844,
      ])
  }
}
