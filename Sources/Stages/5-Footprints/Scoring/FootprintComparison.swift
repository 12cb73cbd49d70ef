public import Polygons

/// What of found outlines is new beside a map that exists, and what of that map was not found.
///
/// An outline is *matched* when it and an existing one share at least `matched` of what they cover
/// together (IoU), each in one pair, the best pairs first. It is *changed* when it is not matched, and
/// stands on ground of an existing one all the same: with an IoU of at least `changed`, or with half
/// of the smaller of both areas in the other. So a row that is mapped as one block is not called
/// unmapped because it was found house by house. All others are *new*. Existing outlines that no
/// outline matches or changes are *missing*.
public struct FootprintComparison: Hashable, Sendable {
  /// What an outline is beside the existing ones.
  public enum Status: String, Hashable, Sendable, Codable, CaseIterable {
    /// Nothing is mapped there.
    case new
    /// It is mapped, and looks the same.
    case matched
    /// Something is mapped there, and looks different.
    case changed
  }

  /// An outline beside the existing ones.
  public struct Finding: Hashable, Sendable {
    /// What it is.
    public let status: Status
    /// The existing outline that it was matched with, or shares most with; nil when it is new.
    public let existing: Int?
    /// Intersection over union with that outline; 0 when it is new.
    public let overlap: Double
  }

  /// One for every outline that was found.
  public let findings: [Finding]
  /// For every existing outline, whether it was not found.
  public let isMissing: [Bool]

  /// The share of the smaller of two areas from which both stand on the same ground.
  public static let sharedGround = 0.5

  /// Compares outlines with existing ones.
  ///
  /// - Parameters:
  ///   - found: In the same coordinates as the existing ones.
  ///   - existing: The map that exists.
  ///   - matched: The least IoU of a match, above 0.
  ///   - changed: The least IoU of a changed outline, above 0 and at most `matched`.
  /// - Complexity: O(n log n) for n outlines with few neighbours each.
  public init(
    of found: [Polygon], with existing: [Polygon], matched: Double = 0.5, changed: Double = 0.1
  ) {
    let pairs = OverlapPairs(
      of: found, and: existing, least: changed, orShareOfSmaller: Self.sharedGround)
    var isMissing = [Bool](repeating: true, count: existing.count)
    var findings = [Finding?](repeating: nil, count: found.count)
    for match in FootprintScore(pairs, threshold: matched).matches {
      findings[match.prediction] = Finding(
        status: .matched, existing: match.truth, overlap: match.overlap)
      isMissing[match.truth] = false
    }
    for pair in pairs.pairs {
      if let finding = findings[pair.prediction] {
        // A match hides nothing else: what it also stands on has not been found by it.
        if finding.status == .matched { continue }
        if pair.overlap > finding.overlap {
          findings[pair.prediction] = Finding(
            status: .changed, existing: pair.truth, overlap: pair.overlap)
        }
      } else {
        findings[pair.prediction] = Finding(
          status: .changed, existing: pair.truth, overlap: pair.overlap)
      }
      isMissing[pair.truth] = false
    }
    self.findings = findings.map { $0 ?? Finding(status: .new, existing: nil, overlap: 0) }
    self.isMissing = isMissing
  }
}
