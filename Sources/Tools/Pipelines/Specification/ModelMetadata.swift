/// What a model says of itself: the classes, the scaling and the pixel size it was trained with.
///
/// Gathered from the Deepness keys inside the ONNX file and from a STAC MLM item beside it. A
/// property is nil where neither says anything.
public struct ModelMetadata: Hashable, Sendable {
  /// A class by the name and colour the model gives it.
  public struct ClassName: Hashable, Sendable {
    /// The name.
    public var name: String
    /// Red, green, blue.
    public var color: [UInt8]?

    /// Names a class.
    public init(name: String, color: [UInt8]? = nil) {
      self.name = name
      self.color = color
    }
  }

  /// What kind of model it is, in its own word, such as `Segmentor` or `Detector`.
  public var kind: String?
  /// The classes of each output, in the order of its channels; a single list holds for all outputs.
  public var classes: [[ClassName]]?
  /// The size of the pixels it was trained on, in metres.
  public var pixelMeters: Double?
  /// The side of the squares it was trained on, in pixels.
  public var tile: Int?
  /// How much of a tile overlaps the next one, in percent of its side; half of it is a halo.
  public var overlapPercent: Double?
  /// What it wants done to pixels.
  public var scaling: InputScaling?
  /// The probability from which on a pixel belongs to a class.
  public var threshold: Double?
  /// The names of the bands, in the order of the channels.
  public var bands: [String]?
  /// Whether it carries Deepness keys, whose rules include that outputs are probabilities.
  public var hasDeepnessKeys = false
  /// What in the metadata could not be used or contradicts itself, one sentence each.
  public var warnings: [String] = []

  /// Makes metadata that says nothing.
  public init() {}

  /// The classes of one output.
  public func classes(ofOutput index: Int) -> [ClassName]? {
    guard let classes, !classes.isEmpty else { return nil }
    return classes.count == 1 ? classes[0] : index < classes.count ? classes[index] : nil
  }

  /// This metadata with the gaps filled from other metadata, which is believed less.
  ///
  /// What both say differently becomes a warning.
  public func filled(from other: ModelMetadata, named source: String) -> ModelMetadata {
    var result = self
    result.warnings += other.warnings
    func fill<Value>(
      _ path: WritableKeyPath<ModelMetadata, Value?>, _ what: String,
      agree: (Value, Value) -> Bool
    ) {
      guard let theirs = other[keyPath: path] else { return }
      guard let mine = self[keyPath: path] else {
        result[keyPath: path] = theirs
        return
      }
      if !agree(mine, theirs) {
        result.warnings.append(
          "the model and \(source) disagree on \(what); the model's own metadata is used")
      }
    }
    fill(\.kind, "the kind of model") { _, _ in true }
    fill(\.pixelMeters, "the pixel size") { abs($0 - $1) <= 0.01 * $0 }
    fill(\.tile, "the tile size", agree: ==)
    fill(\.overlapPercent, "the overlap of tiles") { abs($0 - $1) < 0.01 }
    fill(\.scaling, "the scaling of pixels") { $0.agrees(with: $1) }
    fill(\.threshold, "the threshold") { abs($0 - $1) < 1e-6 }
    fill(\.bands, "the bands", agree: ==)
    fill(\.classes, "the classes") { $0.map { $0.map(\.name) } == $1.map { $0.map(\.name) } }
    result.takeColors(from: other)
    return result
  }

  /// Takes the colours of classes that have the same names in other metadata.
  private mutating func takeColors(from other: ModelMetadata) {
    guard let classes, let theirs = other.classes else { return }
    for (head, (mine, their)) in zip(classes, theirs).enumerated()
    where mine.map(\.name) == their.map(\.name) {
      for channel in mine.indices where mine[channel].color == nil {
        self.classes?[head][channel].color = their[channel].color
      }
    }
  }
}
