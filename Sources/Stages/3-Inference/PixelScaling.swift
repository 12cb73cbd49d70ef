import Imagery

/// How a band's values become what the network was trained on: `(x · scale − mean) / std`.
///
/// Pixels without a picture become the training mean, which is 0 after scaling: the network sees
/// neither black nor a value that never occurs.
public struct PixelScaling: Hashable, Sendable, Codable {
  /// The factor applied first, such as 1/255 for bytes.
  public let scale: Double
  /// The training mean of each band, after `scale`; empty for none.
  public let mean: [Double]
  /// The training standard deviation of each band, after `scale`; empty for none.
  public let std: [Double]

  /// Describes a scaling; nothing given, values are taken as they are.
  public init(scale: Double = 1, mean: [Double] = [], std: [Double] = []) {
    self.scale = scale
    self.mean = mean
    self.std = std
  }

  /// Why the scaling does not suit a picture of this many bands; nil when it does.
  func obstacle(bandCount: Int) -> String? {
    if !mean.isEmpty && mean.count != bandCount {
      return "there are \(mean.count) means for \(bandCount) bands"
    }
    if !std.isEmpty && std.count != bandCount {
      return "there are \(std.count) standard deviations for \(bandCount) bands"
    }
    if !scale.isFinite || scale == 0 { return "a scale of \(scale) leaves no picture" }
    if let wrong = std.first(where: { !$0.isFinite || $0 <= 0 }) {
      return "a standard deviation of \(wrong) cannot be divided by"
    }
    if let wrong = mean.first(where: { !$0.isFinite }) { return "a mean of \(wrong) is none" }
    return nil
  }

  /// The factor and summand that do the whole of it for one band.
  func line(ofBand band: Int) -> (gain: Float, offset: Float) {
    let deviation = std.isEmpty ? 1 : std[band]
    let center = mean.isEmpty ? 0 : mean[band]
    return (Float(scale / deviation), Float(-center / deviation))
  }

  /// Packs one band for the network; pixels whose validity is 0 become 0.
  ///
  /// - Complexity: O(count), one pass. Each value is one product and one sum, never fused, so that
  ///   every processor finds the same bits.
  func pack(
    _ band: Int, of samples: Samples, from first: Int, validity: UnsafePointer<UInt8>,
    into input: UnsafeMutablePointer<Float>, count: Int
  ) {
    let (gain, offset) = line(ofBand: band)
    precondition(first + count <= samples.count)
    switch samples {
    case .bytes(let bytes):
      bytes.withUnsafeBufferPointer { bytes in
        guard let bytes = bytes.baseAddress.map({ $0 + first }) else { return }
        for index in 0..<count {
          let value = Float(bytes[index]) * gain + offset
          input[index] = validity[index] != 0 ? value : 0
        }
      }
    case .floats(let floats):
      floats.withUnsafeBufferPointer { floats in
        guard let floats = floats.baseAddress.map({ $0 + first }) else { return }
        for index in 0..<count {
          let value = floats[index] * gain + offset
          input[index] = validity[index] != 0 ? value : 0
        }
      }
    }
  }

  /// Whether every byte of a band becomes a number.
  func isFinite(ofByteIn band: Int) -> Bool {
    let (gain, offset) = line(ofBand: band)
    return offset.isFinite && (255 * gain + offset).isFinite
  }
}
