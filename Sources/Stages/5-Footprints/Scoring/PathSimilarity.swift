public import Polygons

/// How well ways on one network of roads agree with ways on another (APLS).
///
/// On every road of one side lie control nodes: its ends and crossings, and places between them. The
/// lengths of the shortest ways between each two of them are compared with those between the same places
/// of the other side; a way that is missing there counts as wholly wrong:
///
///     C = 1 − 1/N Σ min(1, |L(a, b) − L(a′, b′)| / L(a, b))
///
/// over the N ways that exist on the first side. Both sides take the first part; APLS is the harmonic
/// mean. Pieces of road that are there but not connected cost far more than their length.
///
/// Source: Van Etten, Lindenbaum and Bacastow 2018, "SpaceNet: A Remote Sensing Dataset and Challenge
/// Series", arXiv:1807.01232; distances as in CosmiQ/apls.
public struct PathSimilarity: Hashable, Sendable, Codable {
  /// How control nodes are chosen and found again.
  public struct Settings: Hashable, Sendable, Codable {
    /// How far apart control nodes may lie on a road, in m.
    public var spacingMeters = 50.0
    /// How far a node may lie from the other side's road, in m.
    public var snapMeters = 4.0
    /// The shortest way that is compared, in m.
    public var shortestMeters = 10.0
    /// How far apart corners may lie to be one place, in m.
    public var joinedMeters = 0.5
    /// The most control nodes that ways begin at; of more, so many evenly chosen.
    public var mostSources = 500

    /// The published distances.
    public init() {}
  }

  /// Ways of the truth, found again among the predictions: what is missing; nil without any way.
  public let truthToPrediction: Double?
  /// Ways of the predictions, found again in the truth: what is too much; nil without any way.
  public let predictionToTruth: Double?
  /// The number of ways that were compared, both directions of each, from the truth.
  public let ways: Int

  /// The harmonic mean of both; 0 when one side has no way at all, nil when neither has.
  public var apls: Double? {
    guard truthToPrediction != nil || predictionToTruth != nil else { return nil }
    let (a, b) = (truthToPrediction ?? 0, predictionToTruth ?? 0)
    return a + b > 0 ? 2 * a * b / (a + b) : 0
  }

  /// Compares two networks.
  ///
  /// - Parameters:
  ///   - predictions: Lines, in metres on a plane.
  ///   - truth: Lines, in the same coordinates.
  /// - Complexity: O(s · n log n) for n corners and s sources.
  public init(of predictions: [[Point]], against truth: [[Point]], _ settings: Settings = .init()) {
    let sides = [truth, predictions].map { RoadGraph($0, joined: settings.joinedMeters) }
    let first = Self.similarity(of: sides[0], in: sides[1], settings)
    let second = Self.similarity(of: sides[1], in: sides[0], settings)
    truthToPrediction = first.value
    predictionToTruth = second.value
    ways = first.ways
  }

  private static func similarity(
    of graph: RoadGraph, in other: RoadGraph, _ settings: Settings
  ) -> (value: Double?, ways: Int) {
    var (graph, other) = (graph, other)
    let nodes = graph.addControlNodes(spacing: settings.spacingMeters)
    let twins = other.inject(nodes.map { graph.places[$0] }, within: settings.snapMeters)
    let step = max(1, (nodes.count + settings.mostSources - 1) / settings.mostSources)
    var (wrong, ways) = (0.0, 0)
    for source in stride(from: 0, to: nodes.count, by: step) {
      let own = graph.distances(from: nodes[source])
      let found = twins[source].map { other.distances(from: $0) }
      for target in nodes.indices where target != source {
        let length = own[nodes[target]]
        guard length.isFinite, length >= settings.shortestMeters else { continue }
        ways += 1
        guard let found, let twin = twins[target], found[twin].isFinite else {
          wrong += 1
          continue
        }
        wrong += min(1, abs(length - found[twin]) / length)
      }
    }
    return (ways > 0 ? 1 - wrong / Double(ways) : nil, ways)
  }
}
