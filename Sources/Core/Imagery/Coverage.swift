/// What became of a pixel of the region; the values of the coverage layer.
public enum Coverage: UInt8, CaseIterable, Sendable, Codable {
  /// Outside the region of interest, or beyond all scenes.
  case outside = 0
  /// Classified.
  case mapped = 1
  /// Inside a scene, which holds no picture there.
  case nodata = 2
  /// In a shard that was set aside; the report names the reason.
  case setAside = 3
  /// Inside a scene, whose mask says that it shows clouds or is of no use there.
  case cloud = 4
}
