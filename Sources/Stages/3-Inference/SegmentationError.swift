public import Grids
public import Tensors

/// What can keep a chip from becoming a class map.
public enum SegmentationError: Error, Hashable, Sendable {
  /// The network does not take the chips' number of bands.
  case bandsDiffer(network: Int, chips: Int)
  /// The scaling has other than one mean and standard deviation per band, or unusable ones.
  case scalingDoesNotFit(reason: String)
  /// The network gives another number of channels than the classes speak of.
  case channelsDiffer(network: Int, classes: Int)
  /// The network's output leaves a part of the core without an answer.
  case outputMissesCore(input: Shape, output: Shape, core: Int)
  /// Softmax was asked of a single channel, which would be certain everywhere.
  case softmaxOfOneChannel
  /// A valid pixel is infinite or no number once it is scaled.
  case pictureNotFinite(window: PixelWindow, band: Int)
  /// The network answered a valid pixel with something that is no number.
  case notANumber(window: PixelWindow)
  /// The network refused.
  case network(NetworkError)
}

extension SegmentationError: CustomStringConvertible {
  /// The message: what could not be done, why, and what to do next.
  public var description: String {
    switch self {
    case .bandsDiffer(let network, let chips):
      """
      the model cannot look at these scenes
        it takes \(network) bands, and the scenes give \(chips)
        name the \(network) bands it was trained on in `bands`
      """
    case .scalingDoesNotFit(let reason):
      """
      the pixels cannot be scaled for the model
        \(reason)
        give one `mean` and one `std` per band, in the order of `bands`
      """
    case .channelsDiffer(let network, let classes):
      """
      the model's output does not match the classes
        it gives \(network) channels, and the classes speak of \(classes)
        list every channel of the output under `classes`
      """
    case .outputMissesCore(let input, let output, let core):
      """
      the model's output does not cover what is kept of a chip
        for an input of \(input) it gives \(output), and a core of \(core) px is kept
        raise `halo_px`, or export the model with an output as large as its input
      """
    case .softmaxOfOneChannel:
      """
      softmax cannot be taken of the model's one output channel
        it would be 1 at every pixel
        try `activation: sigmoid`, or `none` if the model ends in one itself
      """
    case .pictureNotFinite(let window, let band):
      """
      chip \(window) cannot be shown to the model
        band \(band + 1) holds NaN or infinity where the picture is valid
        declare such pixels nodata in the scene, or check `scale`, `mean` and `std`
      """
    case .notANumber(let window):
      """
      the model gave no number for a pixel of chip \(window)
        its output holds NaN where the picture is valid
        check `scale`, `mean` and `std`, and the scene's values there
      """
    case .network(let error):
      error.description
    }
  }
}
