import Foundation
import Imagery
import Inference
import Testing

/// What the first pixel of a map becomes for these output channels.
private func read(
  _ channels: [Float], scheme: ClassScheme = buildings, activation: OutputActivation = .none,
  layers: [ProbabilityLayer] = [.published(0), .published(1)]
) throws -> (class: UInt8, probabilities: [UInt8]) {
  let network = FakeNetwork(bands: 1, channels: channels.count) { channel, _ in channels[channel] }
  let map = try segmenter(network, scheme: scheme, activation: activation, layers: layers)
    .classify(chip { _, _ in 0 })
  let last = 64 * 64 - 1
  #expect(map.classes[0] == map.classes[last])
  return (map.classes[0], layers.indices.map { map.probabilities[$0 * 64 * 64 + last] })
}

@Suite struct `Classes and probabilities` {
  @Test func `add up the channels of a class before they are rounded`() throws {
    // Alone, 0.3024 and 0.3024 are 60 steps each; together they are 121.
    let pixel = try read([0.3952, 0.3024, 0.3024])
    #expect(pixel.probabilities == [79, 121])
  }

  @Test func `choose the class of the greatest sum, not of the greatest channel`() throws {
    #expect(try read([0.4, 0.3, 0.3]).class == 1)
  }

  @Test func `choose the first of equal classes`() throws {
    #expect(try read([0.5, 0.25, 0.25]).class == 0)
  }

  @Test func `choose by the unrounded sums`() throws {
    let pixel = try read([0.4999, 0.5001], scheme: plainBuildings)
    #expect(pixel.class == 1 && pixel.probabilities == [100, 100])
  }

  @Test func `write contact for itself`() throws {
    let pixel = try read([0.25, 0.5, 0.25], layers: [.contact, .published(1)])
    #expect(pixel.probabilities == [50, 150])
  }

  @Test(
    arguments: [
      (0, 0), (1, 200), (1.5, 200), (-0.5, 0), (0.0025, 1), (0.002499, 0), (0.0074999, 1),
      (0.0125, 3), (0.0175, 4), (0.9975, 200), (0.99749, 199), (.infinity, 200), (-.infinity, 0),
    ] as [(Float, UInt8)])
  func `are rounded half away from zero and held to 0…200`(_ value: Float, _ steps: UInt8) throws {
    // 0.0025 · 200 is one half exactly in single precision; so are the other fives.
    #expect(try read([0, value], scheme: plainBuildings).probabilities[1] == steps)
  }

  @Test func `of one channel tell a class from the rest`() throws {
    let pixel = try read([0.75], scheme: plainBuildings)
    #expect(pixel.class == 1 && pixel.probabilities == [50, 150])
  }

  @Test func `of one sigmoid channel are a half at zero`() throws {
    let pixel = try read([0], scheme: plainBuildings, activation: .sigmoid)
    #expect(pixel.class == 0 && pixel.probabilities == [100, 100])
  }

  @Test(arguments: [-3, -1, -0.1, 0.4, 2.5] as [Float])
  func `of sigmoid channels are each for itself`(_ logit: Float) throws {
    let pixel = try read([0.3, logit, -20], activation: .sigmoid)
    #expect(pixel.probabilities[1] == UInt8((200 / (1 + exp(-Double(logit)))).rounded()))
  }

  @Test(arguments: [[1, 2, 3], [0, 0, 0], [-40, 3, 2], [1000, 1001, 1000]] as [[Float]])
  func `of softmax channels share one whole`(_ logits: [Float]) throws {
    let greatest = Double(logits[0])
    let parts = logits.map { exp(Double($0) - greatest) }
    let whole = parts.reduce(0, +)
    let pixel = try read(logits, activation: .softmax)
    #expect(
      pixel.probabilities == [
        UInt8((200 * parts[0] / whole).rounded()),
        UInt8((200 * (parts[1] + parts[2]) / whole).rounded()),
      ])
  }
}
