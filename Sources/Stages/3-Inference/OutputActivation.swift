/// What turns a network's output into probabilities.
public enum OutputActivation: String, CaseIterable, Sendable, Codable {
  /// The output holds probabilities already.
  case none
  /// The exponentials of a pixel's channels, divided by their sum.
  case softmax
  /// Each channel for itself, 1 / (1 + e⁻ˣ).
  case sigmoid
}
