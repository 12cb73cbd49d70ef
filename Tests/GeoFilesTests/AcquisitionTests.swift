import Grids
import TestSupport
import Testing

@testable import GeoFiles

@Suite struct `When a picture was taken` {
  @Test(arguments: [
    ("2024:03:09 10:21:05", "2024-03-09T10:21:05"), ("2012-03-22 12:34", "2012-03-22T12:34:00"),
    ("2012/03/22", "2012-03-22T00:00:00"), ("2024-03-09T10:21:05.123Z", "2024-03-09T10:21:05"),
  ])
  func `is read in the usual forms`(text: String, time: String) {
    #expect(Dataset.time(text) == time)
  }

  @Test(arguments: ["", "yesterday", "2024:13:09 10:21:05", "0000:00:00 00:00:00"])
  func `is not guessed`(text: String) {
    #expect(Dataset.time(text) == nil)
  }

  @Test func `is what the vendor says, else what the TIFF says`() throws {
    let folder = try DrawnFolder()
    let tiff = "<Metadata><MDI key=\"TIFFTAG_DATETIME\">2024:03:09 10:21:05</MDI></Metadata>"
    let vendor = """
      <Metadata domain="IMAGERY"><MDI key="ACQUISITIONDATETIME">2024-03-08 07:08:09</MDI></Metadata>
      """
    func acquired(_ name: String, _ extra: String) throws -> String? {
      try Dataset(
        opening: folder.draw(
          name, size: PixelSize(width: 1, height: 1), bands: [DrawnBand(bytes: [0])],
          extra: extra)
      ).acquired
    }

    #expect(try acquired("none.vrt", "") == nil)
    #expect(try acquired("tiff.vrt", tiff) == "2024-03-09T10:21:05")
    #expect(try acquired("both.vrt", tiff + vendor) == "2024-03-08T07:08:09Z")
  }
}
