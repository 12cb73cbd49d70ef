/// What a user asks of `mapwright quantize`.
public struct QuantizationRequest: Sendable {
  /// The model, an ONNX file with float weights.
  public var model: String
  /// Scenes to learn from, as typed.
  public var scenes: [String]
  /// Where the quantised model goes.
  public var out: String
  /// The true outlines of what the network looks for; nil compares with the float model alone.
  public var truth: String?
  /// The most that may be lost, in points of a hundred.
  public var largestLoss = 0.5
  /// A pipeline that says what the model leaves open; nil where the model's metadata says it all.
  public var pipeline: String?
  /// How many chips are looked at; half of them for learning, half for judging.
  public var chipCount = 16

  /// Asks for a model to be quantised.
  public init(model: String, scenes: [String], out: String) {
    (self.model, self.scenes, self.out) = (model, scenes, out)
  }

  /// The same as a pipeline that maps the scenes.
  var mapRequest: MapRequest {
    var request = MapRequest(pipeline: pipeline ?? "quantize.yaml")
    if pipeline == nil {
      let quoted = model.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
      request.text = "inference: {model: \"\(quoted)\"}\n"
    }
    request.model = model
    request.scenes = scenes
    request.acceptsResolution = true
    return request
  }
}
