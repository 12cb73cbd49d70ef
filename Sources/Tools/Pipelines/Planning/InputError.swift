public import Tiling

/// What can be wrong with scenes, region and model together, each lawful by itself.
public enum InputError: Error, Hashable, Sendable {
  /// No scene is named anywhere.
  case noScenes(pipeline: String)
  /// The scenes' pixels are too large or too small for the model.
  case resolutionDiffers(PixelSizeCheck)
  /// Numbers are no bytes, and nobody says how the model wants them.
  case scalingUnknown(path: String, type: String)
  /// The layer that tells scenes has no numbers for so many.
  case tooManyScenes(count: Int)
  /// A file was altered while the run was reading it.
  case changed(path: String)
  /// A model or a region is not the file that the run was planned with.
  case replaced(path: String, found: String, planned: String)
  /// A file cannot be read.
  case cannotRead(path: String, reason: String)
  /// A run does not fit into the memory that it may take.
  case memoryTooSmall(budget: Int, needed: Int, remedy: String)
}

extension InputError: CustomStringConvertible {
  /// What could not be done, the cause, and what to do next.
  public var description: String {
    switch self {
    case .noScenes(let pipeline):
      """
      pipeline '\(pipeline)' names no scenes
        neither `scenes.files` nor the command line does
        add files, folders or globs: mapwright map \(pipeline) scenes/*.tif
      """
    case .resolutionDiffers(let check):
      """
      pixels of '\(check.path)' do not suit the model
        they cover \(Self.meters(check)) m of ground, the model was trained on \(check.modelMeters) m
        warp them to the model's pixels with `--grid auto`, or map them as they are with \
      `--accept-resolution`
      """
    case .scalingUnknown(let path, let type):
      """
      cannot tell how the model wants the \(type) numbers of '\(path)' scaled
        the model speaks of bytes, or does not say, and the pipeline does not say either
        name `inference.scale`, such as 1/10000, or write `scenes: {stretch: [2, 98]}`
      """
    case .tooManyScenes(let count):
      """
      cannot record which of \(count) scenes shows each pixel
        the provenance layer has numbers for 65535 scenes
        leave `provenance` out of mosaic.layers, or map the region in several runs
      """
    case .changed(let path):
      """
      stopped: '\(path)' was altered while it was being mapped
        its size or its time is not what it was when the command began
        run the same command again: it compares the pixels, and says what differs
      """
    case .replaced(let path, let found, let planned):
      """
      stopped: '\(path)' is not what the run was planned with
        its SHA-256 is \(found), planned was \(planned)
        put that file back, or run the same command again: it says what the change means
      """
    case .cannotRead(let path, let reason):
      """
      cannot read '\(path)'
        \(reason)
        check the path, and that the file is yours to read
      """
    case .memoryTooSmall(let budget, let needed, let remedy):
      """
      cannot map in \(budget / 1_000_000) MB of memory
        one worker with the smallest batch and cache, and the command itself, need \
      \(needed / 1_000_000) MB
        \(remedy)
      """
    }
  }

  /// A pixel's size, to the centimetre.
  static func meters(_ check: PixelSizeCheck) -> String {
    let sizes = [check.columnMeters, check.rowMeters].map { ($0 * 100).rounded() / 100 }
    return sizes[0] == sizes[1] ? "\(sizes[0])" : "\(sizes[0]) × \(sizes[1])"
  }
}
