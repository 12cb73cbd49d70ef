import Foundation
import Previews
import Testing

@Suite struct `PNG pictures` {
  let rgb = PNGImage(
    width: 2, height: 2, pixels: .rgb([255, 0, 0, 0, 255, 0, 0, 0, 255, 1, 2, 3]))

  @Test func `come back as they were written`() throws {
    #expect(try PNGImage(decoding: rgb.encoded()) == rgb)
  }

  @Test func `keep transparency`() throws {
    let rgba = PNGImage(width: 1, height: 2, pixels: .rgba([9, 8, 7, 0, 6, 5, 4, 128]))
    #expect(try PNGImage(decoding: rgba.encoded()) == rgba)
  }

  @Test func `keep the colours of a palette`() throws {
    let palette = PNGImage(
      width: 3, height: 1,
      pixels: .palette([2, 0, 1], colors: [[1, 2, 3], [4, 5, 6], [7, 8, 9]]))
    let back = try PNGImage(decoding: palette.encoded())
    #expect(back.pixels == .rgb([7, 8, 9, 1, 2, 3, 4, 5, 6]))
    #expect((0..<3).allSatisfy { palette.color(x: $0, y: 0) == back.color(x: $0, y: 0) })
  }

  @Test func `keep a transparent colour of a palette`() throws {
    let palette = PNGImage(
      width: 2, height: 1, pixels: .palette([1, 0], colors: [[1, 2, 3], [4, 5, 6, 0]]))
    #expect(try PNGImage(decoding: palette.encoded()).color(x: 0, y: 0)[3] == 0)
    #expect(try PNGImage(decoding: palette.encoded()).color(x: 1, y: 0) == [1, 2, 3, 255])
  }

  @Test func `keep all 256 colours of a full palette`() throws {
    let colors = (0..<256).map { [UInt8($0), UInt8(255 - $0), 77] }
    let palette = PNGImage(
      width: 256, height: 1, pixels: .palette((0..<256).map { UInt8($0) }, colors: colors))
    #expect(try PNGImage(decoding: palette.encoded()).pixels == .rgb(colors.flatMap(\.self)))
  }

  @Test func `of equal pixels have equal bytes`() throws {
    let again = PNGImage(width: rgb.width, height: rgb.height, pixels: rgb.pixels)
    #expect(try rgb.encoded() == again.encoded())
  }

  @Test func `are written to files`() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).png")
    defer { try? FileManager.default.removeItem(at: file) }
    try rgb.write(to: file.path)
    #expect(try [UInt8](Data(contentsOf: file)) == rgb.encoded())
  }

  @Test func `take the place of what was there`() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).png")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(count: 100_000).write(to: file)
    try rgb.write(to: file.path)
    #expect(try PNGImage(decoding: [UInt8](Data(contentsOf: file))) == rgb)
  }
}

@Suite struct `Broken PNG pictures` {
  let rgb = PNGImage(width: 1, height: 1, pixels: .rgb([1, 2, 3]))

  @Test func `say that a folder is missing`() {
    let error = #expect(throws: PNGError.self) { try rgb.write(to: "/nowhere/preview.png") }
    #expect(
      error?.description == """
        cannot write picture '/nowhere/preview.png'
          the system says: No such file or directory
          check that the folder exists and may be written to
        """)
    #expect(error?.isOutOfSpace == false)
  }

  @Test func `say that the disk is full`() {
    let error = #expect(throws: PNGError.self) { try rgb.write(to: "/dev/full") }
    #expect(
      error?.description == """
        cannot write picture '/dev/full'
          the system says: No space left on device
          free some space
        """)
    #expect(error?.isOutOfSpace == true)
  }

  @Test func `say that bytes are no PNG`() {
    let error = #expect(throws: PNGError.self) { try PNGImage(decoding: Array("GIF89a..".utf8)) }
    #expect(
      error?.description == """
        cannot read the picture
          libpng says: Not a PNG file
          the file may be truncated or of another format: `file` tells which
        """)
  }

  @Test func `that are truncated are refused`() throws {
    let whole = try rgb.encoded()
    #expect(throws: PNGError.self) { try PNGImage(decoding: Array(whole[..<(whole.count / 2)])) }
  }

  @Test func `that are too wide say so`() {
    let wide = PNGImage(
      width: 1_000_001, height: 1,
      pixels: .palette([UInt8](repeating: 0, count: 1_000_001), colors: [[0, 0, 0]]))
    let error = #expect(throws: PNGError.self) { try wide.encoded() }
    #expect(
      error?.description == """
        cannot make a PNG of 1000001×1 px
          libpng says: Invalid IHDR data
          make the picture smaller
        """)
  }
}
