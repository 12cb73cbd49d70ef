public import Grids

/// What can be wrong between a pipeline and the model it names.
public enum ResolutionError: Error, Hashable, Sendable {
  /// The model says that it is of a kind that gives no map.
  case notSegmentation(model: String, kind: String)
  /// The input or the output does not have the form of pictures, `[N, C, H, W]`.
  case notPictures(model: String, tensor: String)
  /// Neither the pipeline nor the model says something that is needed.
  case missing(key: String, reason: String, example: String)
  /// The pipeline lists more or fewer bands than the model takes.
  case bandsDiffer(model: String, bands: [String], channels: Int)
  /// There are more or fewer values of scaling than bands.
  case scalingDiffers(key: String, count: Int, bands: Int)
  /// There are more or fewer classes than channels of the output.
  case classesDiffer(model: String, classes: [String], channels: Int)
  /// A key names a class that the map does not have.
  case unknownClass(key: String, name: String, known: [String])
  /// Footprints are traced on a class whose probability is not among those written.
  case probabilityMissing(ofClass: String, written: [String])
  /// Bridges are asked for of a layer that is none of roads before them.
  case unknownRoads(layer: String, name: String?, known: [String])
  /// Bridges are asked for twice of the same roads.
  case secondBridges(layer: String, roads: String)
  /// Areas that are no buildings are to be written by a schema of buildings.
  case schemaOfBuildings(layer: String, schema: String, className: String)
  /// The network does not take chips of this size.
  case chipCannotBe(chip: Int, reason: String, remedy: String)
  /// Answers cannot be blended so far.
  case blendCannotBe(blend: Int, chips: ChipLayout)
  /// The chips cannot be cut.
  case cannotCut(GridError)
}

extension ResolutionError: CustomStringConvertible {
  /// What is wrong, why, and what to do next, in three lines.
  public var description: String {
    switch self {
    case .notSegmentation(let model, let kind):
      """
      cannot map with model '\(model)'
        it calls itself a \(kind); a map needs a class for every pixel
        choose a model for semantic segmentation (`model_type`: Segmentor)
      """
    case .notPictures(let model, let tensor):
      """
      cannot map with model '\(model)'
        pictures and maps are [N, C, H, W], but it has \(tensor)
        name another output with inference.output, or export the model again
      """
    case .missing(let key, let reason, let example):
      """
      the pipeline does not say \(key), and neither does the model
        \(reason)
        add `\(example)`
      """
    case .bandsDiffer(let model, let bands, let channels):
      """
      scenes.bands does not suit model '\(model)'
        it lists \(bands.count) (\(bands.joined(separator: ", "))), and the model takes \(channels)
        list \(channels) in the order in which the model was trained
      """
    case .scalingDiffers(let key, let count, let bands):
      """
      \(key) does not suit the bands
        it has \(count) values, and there are \(bands) bands
        give one value for each band, or a single one for all
      """
    case .classesDiffer(let model, let classes, let channels):
      """
      the classes do not suit model '\(model)'
        there are \(classes.count) (\(classes.joined(separator: ", "))) for \(channels) channels of \
      its output
        write inference.classes with one entry for each channel, numbered from 0
      """
    case .unknownClass(let key, let name, let known):
      """
      \(key) names a class that the map does not have: '\(name)'
        the map has: \(known.joined(separator: ", "))
        \(Self.suggestion(for: name, among: known))
      """
    case .probabilityMissing(let name, let written):
      """
      footprints cannot be traced of class '\(name)'
        mosaic.probabilities writes only: \(written.joined(separator: ", "))
        add '\(name)' to mosaic.probabilities, or leave that key out
      """
    case .unknownRoads(let layer, let name, let known):
      """
      layer '\(layer)' does not say whose bridges it holds\(name.map { ": no roads are '\($0)'" } ?? "")
        layers with `trace: centerline` before it: \(known.isEmpty ? "none" : known.joined(separator: ", "))
        name one of them with `of`, or add `{layer: roads, trace: centerline}` before it
      """
    case .secondBridges(let layer, let roads):
      """
      layer '\(layer)' cannot hold bridges of '\(roads)'
        another layer holds them already
        take one of the two layers out
      """
    case .schemaOfBuildings(let layer, let schema, let className):
      """
      layer '\(layer)' cannot be written by the schema \(schema)
        it is a schema of buildings, and the layer holds '\(className)'
        take schema mapwright or osm for this layer
      """
    case .chipCannotBe(let chip, let reason, let remedy):
      """
      chips cannot be \(chip) px wide
        \(reason)
        \(remedy)
      """
    case .blendCannotBe(let blend, let chips):
      """
      chips cannot be blended over \(blend) px
        that must be a multiple of 32, and at most the halo (\(chips.halo) px) and half the core (\(chips.core) px)
        try `blend_px: 32` with `halo_px: \(max(64, chips.halo))`, or leave `blend_px` out
      """
    case .cannotCut(let error):
      error.description
    }
  }
  private static func suggestion(for name: String, among known: [String]) -> String {
    nearestWord(to: name, among: known).map { "did you mean '\($0)'?" }
      ?? "name one of these, or say with inference.classes what the channels mean"
  }
}
