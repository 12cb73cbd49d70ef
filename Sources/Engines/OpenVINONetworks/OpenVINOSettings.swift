/// How OpenVINO computes.
public struct OpenVINOSettings: Hashable, Sendable, Codable {
  /// In what numbers layers are computed.
  public enum Precision: String, CaseIterable, Hashable, Sendable, Codable {
    /// 32-bit floats; layers that the model holds quantised compute in bytes.
    case f32
    /// 16-bit floats with the range of 32-bit ones, where the device has them.
    case bf16
    /// As `f32`, for models that must be quantised.
    case int8
  }

  /// How one model is spread over several devices, or over the sockets of one.
  public enum Distribution: String, CaseIterable, Hashable, Sendable, Codable {
    /// Every layer is shared by all.
    case tensor
    /// Each device computes some of the layers.
    case pipeline
  }

  /// The device in OpenVINO's words: `CPU`, `GPU.1`, `NPU`, `AUTO`, `HETERO:GPU,CPU`, `MULTI:GPU,CPU`.
  public var device: String
  /// In what numbers layers are computed.
  public var precision: Precision
  /// How many chips are computed at once in one process.
  public var streams: Int
  /// How the model is spread; nil leaves it to OpenVINO.
  public var distribution: Distribution?

  /// Makes settings; what is left out has its default.
  public init(
    device: String = "CPU", precision: Precision = .f32, streams: Int = 1,
    distribution: Distribution? = nil
  ) {
    self.device = device
    self.precision = precision
    self.streams = streams
    self.distribution = distribution
  }

  /// Whether a text names devices as OpenVINO does.
  public static func isDevice(_ text: String) -> Bool {
    let one = /(CPU|GPU|NPU)(\.[0-9]+)?/
    if text.wholeMatch(of: one) != nil || text == "AUTO" { return true }
    guard let list = text.wholeMatch(of: /(AUTO|HETERO|MULTI):(.+)/)?.2 else { return false }
    return list.split(separator: ",", omittingEmptySubsequences: false).allSatisfy {
      $0.wholeMatch(of: one) != nil
    }
  }

  /// The devices that the words name, without those that only choose among others.
  var namedDevices: [Substring] {
    let list = device.split(separator: ":").last ?? ""
    return list == "AUTO" ? [] : list.split(separator: ",")
  }

  /// What a model is compiled with, by OpenVINO's names.
  ///
  /// - Parameters:
  ///   - threads: Processor threads, for all streams together.
  ///   - cacheFolder: Where compiled models are kept; nil keeps none.
  func properties(threads: Int, cacheFolder: String?) -> [(key: String, value: String)] {
    var properties: [(key: String, value: String)] = [
      ("INFERENCE_PRECISION_HINT", precision == .bf16 ? "bf16" : "f32")
    ]
    if namedDevices == ["CPU"], !device.contains(":") {
      // Pinned threads of several processes would all sit on the first processors.
      properties += [
        ("INFERENCE_NUM_THREADS", "\(max(threads, streams))"), ("NUM_STREAMS", "\(streams)"),
        ("ENABLE_CPU_PINNING", "NO"),
      ]
    } else if streams > 1, device.hasPrefix("GPU") {
      properties.append(("NUM_STREAMS", "\(streams)"))
    } else {
      properties.append(("PERFORMANCE_HINT", streams > 1 ? "THROUGHPUT" : "LATENCY"))
    }
    if let distribution {
      let policy = distribution == .tensor ? "TENSOR_PARALLEL" : "PIPELINE_PARALLEL"
      properties.append(("MODEL_DISTRIBUTION_POLICY", policy))
    }
    if let cacheFolder { properties.append(("CACHE_DIR", cacheFolder)) }
    return properties
  }
}
