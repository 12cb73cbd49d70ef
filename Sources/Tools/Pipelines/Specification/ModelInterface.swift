public import Tensors

/// What a pipeline must know of a model's graph: what goes in, what comes out, how far it sees.
public struct ModelInterface: Hashable, Sendable {
  /// The model file, as messages name it.
  public var path: String
  /// The picture it takes, `[N, C, H, W]`.
  public var input: TensorDescription
  /// The output that becomes the map, `[N, K, H, W]`.
  public var output: TensorDescription
  /// The place of that output among the model's outputs, from 0.
  public var outputIndex: Int
  /// The operator that gives the output its values, or nil when that is not known.
  ///
  /// Operators that only move values (Identity, Cast, Resize, Transpose, Reshape, Slice) are to be
  /// looked through.
  public var finalOperator: String?
  /// How far a pixel of the output sees, in pixels per side; nil when not known or without bound.
  public var receptiveRadius: Int?
  /// What both sides of the input must be multiples of, in pixels.
  public var sizeMultiple: Int

  /// Describes a model.
  public init(
    path: String, input: TensorDescription, output: TensorDescription, outputIndex: Int = 0,
    finalOperator: String? = nil, receptiveRadius: Int? = nil, sizeMultiple: Int = 1
  ) {
    self.path = path
    self.input = input
    self.output = output
    self.outputIndex = outputIndex
    self.finalOperator = finalOperator
    self.receptiveRadius = receptiveRadius
    self.sizeMultiple = sizeMultiple
  }

  /// Describes a network that is ready to run.
  public init(
    of network: any Network, path: String, outputIndex: Int = 0, finalOperator: String? = nil
  ) {
    self.init(
      path: path, input: network.input, output: network.output, outputIndex: outputIndex,
      finalOperator: finalOperator, receptiveRadius: network.receptiveRadius,
      sizeMultiple: network.sizeMultiple)
  }

  /// The number of bands it takes; nil when any number will do.
  var bandCount: Int? { input.extents[1] }
  /// The number of channels its output has; nil when the graph leaves it open.
  var channelCount: Int? { output.extents[1] }
}
