import Previews
import Testing

@Suite struct `The words of picture errors` {
  @Test func `a picture that cannot be made`() {
    #expect(
      "\(PNGError.cannotEncode(width: 0, height: 9, reason: "bad width"))" == """
        cannot make a PNG of 0×9 px
          libpng says: bad width
          make the picture smaller
        """)
  }
}
