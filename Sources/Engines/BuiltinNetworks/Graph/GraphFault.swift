/// Why a node or a graph is refused, before the model's path is known.
enum GraphFault: Error, Hashable, Sendable {
  /// An operator, attribute, type or input form that this engine does not claim.
  case unsupported(String)
  /// The graph contradicts itself or asks for something absurd.
  case contradiction(String)

  /// The reason without the kind.
  var reason: String {
    switch self {
    case .unsupported(let reason), .contradiction(let reason): reason
    }
  }

  /// The same fault, told of a place.
  func at(_ place: String) -> GraphFault {
    switch self {
    case .unsupported(let reason): .unsupported("\(place): \(reason)")
    case .contradiction(let reason): .contradiction("\(place): \(reason)")
    }
  }
}
