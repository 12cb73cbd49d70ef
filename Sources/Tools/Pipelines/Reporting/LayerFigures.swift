import Foundation
import GeoFiles
import Polygons

/// How large and how certain the features of a layer are, counted from its files.
struct LayerFigures {
  /// The layer's name.
  let name: String
  /// How many features it has.
  let features: Int
  /// Areas in m², or of lines their lengths in m; nil where the layer does not tell.
  private(set) var sizes: Histogram?
  /// Confidences; nil where the layer does not tell.
  private(set) var confidences: Histogram?
  /// The sum of areas or lengths.
  private(set) var total = 0.0
  /// Whether they are lengths.
  let isLinear: Bool

  /// Counts the features of each layer that has a file which can be read.
  ///
  /// - Complexity: Reads one file of each layer once; memory does not grow with it.
  static func all(of result: MapResult, plan: RunPlan, in folder: RunFolder) throws
    -> [LayerFigures]
  {
    try plan.footprints.enumerated().map { index, layer in
      let known = result.layers.indices.contains(index) ? result.layers[index].features : nil
      return try LayerFigures(layer, features: known ?? 0, plan: plan, in: folder)
    }
  }

  private init(
    _ layer: PlannedLayer, features: Int, plan: RunPlan, in folder: RunFolder
  ) throws {
    name = layer.name
    self.features = features
    isLinear = !layer.isOutline
    for file in plan.readableFiles(of: layer, in: folder) { try count(file) }
  }

  private mutating func count(_ path: String) throws {
    let reader = try VectorReader(opening: path)
    func place(_ name: String) -> Int? { reader.fields.firstIndex { $0.name == name } }
    let size = place(isLinear ? "length_m" : "area_in_meters")
    let confidence = place("confidence")
    let wanted = [size, confidence].compactMap(\.self)
    guard !wanted.isEmpty else { return }
    if size != nil, sizes == nil { sizes = isLinear ? .lengths : .areas }
    if confidence != nil, confidences == nil { confidences = .confidences }
    try reader.visit(values: wanted) { feature in
      for (field, value) in zip(wanted, feature.values) {
        guard case .real(let number) = value else { continue }
        if field == size {
          sizes?.add(number)
          total += number
        } else {
          confidences?.add(number)
        }
      }
    }
  }
}
