import Foundation
import Grids
import Testing

@Suite struct `Plus Codes` {
  /// The test vectors of Open Location Code.
  private func vectors() throws -> [(place: (Double, Double), digits: Int, code: String)] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "Vectors/plus-codes.csv")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      .filter { !$0.hasPrefix("#") }
      .map { row in
        let cells = row.split(separator: ",")
        return (
          (try #require(Double(cells[0])), try #require(Double(cells[1]))),
          try #require(Int(cells[2])), String(cells[3])
        )
      }
  }

  @Test func `are those of the published vectors`() throws {
    let vectors = try vectors()

    #expect(vectors.count == 300)
    for vector in vectors {
      let code = PlusCode(
        latitude: vector.place.0, longitude: vector.place.1, digits: vector.digits)
      #expect(code.text == vector.code, "\(vector.place)")
    }
  }

  @Test func `have ten digits unless others are asked for`() {
    #expect(PlusCode(latitude: 20.3701125, longitude: 2.7821875).text == "7FG49QCJ+2V")
  }
}
