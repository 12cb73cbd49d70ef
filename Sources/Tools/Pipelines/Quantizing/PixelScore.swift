import Grids
import Imagery

/// How pixels of class maps agree with a truth.
struct PixelScore {
  private var both = 0
  private var onlyFound = 0
  private var onlyTrue = 0

  /// The share of what both cover in what either covers; 1 where neither covers anything.
  var iou: Double { share(both, of: both + onlyFound + onlyTrue) }
  /// The harmonic mean of precision and recall.
  var f1: Double { share(2 * both, of: 2 * both + onlyFound + onlyTrue) }

  private func share(_ part: Int, of whole: Int) -> Double {
    whole == 0 ? 1 : Double(part) / Double(whole)
  }

  /// Adds the mapped pixels of a class map.
  mutating func add(_ map: ClassMap, of class: Int, truth: [UInt8]) {
    for place in map.classes.indices where map.coverage[place] == Coverage.mapped.rawValue {
      let (isFound, isTrue) = (Int(map.classes[place]) == `class`, truth[place] != 0)
      both += isFound && isTrue ? 1 : 0
      onlyFound += isFound && !isTrue ? 1 : 0
      onlyTrue += !isFound && isTrue ? 1 : 0
    }
  }

  /// The share of mapped pixels that have the same class in both.
  static func agreement(_ maps: [ClassMap], _ others: [ClassMap]) -> Double {
    var (same, all) = (0, 0)
    for (map, other) in zip(maps, others) {
      for place in map.classes.indices where map.coverage[place] == Coverage.mapped.rawValue {
        all += 1
        same += map.classes[place] == other.classes[place] ? 1 : 0
      }
    }
    return all == 0 ? 1 : Double(same) / Double(all)
  }
}
