import Grids
import TestSupport
import Testing

@testable import GeoFiles

@Suite struct `What the system refuses to a library below GDAL` {
  private static let refusal = "SQLite says: open(proj.db) - Too many open files"

  @Test func `makes the call that runs meanwhile fail, in its words`() {
    let (value, said) = GDALListener.listen { () -> Int in
      GDALRuntime.hear(refusal: "SQLite says: open(proj.db) -\nToo many open files")
      return 7
    }
    #expect(value == 7)
    #expect(!said.isContent)
    #expect(said.refusal == Self.refusal)
    #expect(said.words == Self.refusal)
  }

  @Test func `is not charged to the calls after it`() {
    GDALRuntime.hear(refusal: Self.refusal)
    let said = GDALListener.listen {}.said
    #expect(said.isContent && said.refusal == nil)
  }
}
