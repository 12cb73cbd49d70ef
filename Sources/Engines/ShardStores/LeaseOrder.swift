/// In which order the ready shards of a stage are handed out.
///
/// No result depends on it; the others exist so that this can be shown.
public enum LeaseOrder: Hashable, Sendable {
  /// The heaviest first, then from the least index on: neighbours follow each other, and scenes stay
  /// open.
  case heaviestFirst
  /// From the greatest index down.
  case descending
  /// As if by lot, the same for the same seed.
  case shuffled(seed: UInt32)

  /// The terms of an ORDER BY.
  var terms: String {
    switch self {
    case .heaviestFirst: "stage DESC, crashes, weight DESC, ix"
    case .descending: "stage DESC, crashes, ix DESC"
    // Knuth's multiplicative hash, which spreads neighbours over all 32 bits.
    case .shuffled(let seed): "stage DESC, crashes, ((ix + \(seed)) * 2654435761) % 4294967296, ix"
    }
  }
}
