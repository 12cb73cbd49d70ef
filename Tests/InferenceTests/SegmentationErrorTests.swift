import Grids
import Inference
import Tensors
import Testing

@Suite struct `The words of segmentation errors` {
  @Test func `scalings, channels and outputs that do not fit`() {
    #expect(
      "\(SegmentationError.scalingDoesNotFit(reason: "there are 2 means for 3 bands"))" == """
        the pixels cannot be scaled for the model
          there are 2 means for 3 bands
          give one `mean` and one `std` per band, in the order of `bands`
        """)
    #expect(
      "\(SegmentationError.channelsDiffer(network: 2, classes: 3))" == """
        the model's output does not match the classes
          it gives 2 channels, and the classes speak of 3
          list every channel of the output under `classes`
        """)
    let misses = SegmentationError.outputMissesCore(
      input: Shape(1, 3, 64, 64), output: Shape(1, 2, 8, 8), core: 32)
    #expect(
      "\(misses)" == """
        the model's output does not cover what is kept of a chip
          for an input of [1, 3, 64, 64] it gives [1, 2, 8, 8], and a core of 32 px is kept
          raise `halo_px`, or export the model with an output as large as its input
        """)
  }

  @Test func `outputs that are no probabilities`() {
    #expect(
      "\(SegmentationError.softmaxOfOneChannel)" == """
        softmax cannot be taken of the model's one output channel
          it would be 1 at every pixel
          try `activation: sigmoid`, or `none` if the model ends in one itself
        """)
    let window = PixelWindow(x: 1, y: 2, width: 64, height: 64)
    #expect(
      "\(SegmentationError.pictureNotFinite(window: window, band: 1))" == """
        chip 64×64@(1, 2) cannot be shown to the model
          band 2 holds NaN or infinity where the picture is valid
          declare such pixels nodata in the scene, or check `scale`, `mean` and `std`
        """)
    #expect(
      "\(SegmentationError.notANumber(window: window))" == """
        the model gave no number for a pixel of chip 64×64@(1, 2)
          its output holds NaN where the picture is valid
          check `scale`, `mean` and `std`, and the scene's values there
        """)
  }
}
