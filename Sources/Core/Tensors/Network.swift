/// What a network takes or gives: its name and extents, of which some may be free.
public struct TensorDescription: Hashable, Sendable, Codable {
  /// The tensor's name in the model.
  public var name: String
  /// The extents, outermost first; nil where any extent will do.
  public var extents: [Int?]

  /// Describes a tensor.
  public init(name: String, extents: [Int?]) {
    self.name = name
    self.extents = extents
  }
}

extension TensorDescription: CustomStringConvertible {
  /// The name and the extents, `any` where one is free.
  public var description: String {
    "\(name) [" + extents.map { $0.map(String.init) ?? "any" }.joined(separator: ", ") + "]"
  }
}

/// A model ready to run, whatever engine runs it.
///
/// A network belongs to one thread at a time. It keeps its working memory between calls: after the
/// first call with a shape, further calls with that shape allocate nothing.
public protocol Network: AnyObject {
  /// The picture it takes, `[N, C, H, W]`.
  var input: TensorDescription { get }
  /// The map it gives, `[N, K, H, W]`.
  var output: TensorDescription { get }
  /// How far a pixel of the output sees, in pixels per side; nil when that is not known or has no
  /// bound (global pooling, attention).
  var receptiveRadius: Int? { get }
  /// What both sides of the input must be multiples of, in pixels; 1 when anything will do.
  var sizeMultiple: Int { get }

  /// The shape of the output for an input of this shape.
  ///
  /// - Throws: ``NetworkError/cannotTake(shape:reason:)`` when the network cannot take it.
  func outputShape(for input: Shape) throws(NetworkError) -> Shape

  /// Computes the output of one input.
  ///
  /// - Parameters:
  ///   - input: `shape.count` values, row-major.
  ///   - shape: The input's extents, `[N, C, H, W]`.
  ///   - output: Receives `outputShape(for: shape).count` values.
  func run(_ input: Span<Float>, shape: Shape, into output: inout MutableSpan<Float>)
    throws(NetworkError)
}

extension Network {
  /// Whether a picture without what nobody wants gives the same of the rest: the network takes any
  /// size, and its pixels see no farther than a bound.
  public var takesTrimmedPictures: Bool {
    receptiveRadius != nil && input.extents.count == 4
      && input.extents[2] == nil && input.extents[3] == nil
  }
}
