import Foundation
import GeoParquet
import Polygons
import TestSupport
import Testing

@Suite struct `A GeoParquet file` {
  private let fields = [
    VectorField(name: "name", kind: .text), VectorField(name: "size", kind: .real),
    VectorField(name: "floors", kind: .integer),
    VectorField(
      name: "sources",
      kind: .records([
        VectorField(name: "dataset", kind: .text), VectorField(name: "share", kind: .real),
      ])),
  ]

  /// Values of which every third has no size, and none, one or two sources in turns.
  private func values(_ number: Int) -> [VectorValue] {
    let sources = (0..<(number % 3)).map { index -> [VectorValue] in
      [.text("scene \(index)"), index == 0 ? .real(0.5) : .null]
    }
    return [
      .text("house \(number)"), number % 3 == 0 ? .null : .real(Double(number) / 4),
      .integer(Int64(number)), .records(sources),
    ]
  }

  private func square(_ number: Int) -> Polygon {
    let (x, y) = (Double(number % 100) * 10, Double(number / 100) * 10)
    return Polygon(
      outer: Ring([
        Point(x: x, y: y), Point(x: x + 4, y: y), Point(x: x + 4, y: y + 4), Point(x: x, y: y + 4),
      ]))
  }

  private func write(_ count: Int, to file: any ByteFile) throws {
    let writer = try GeoParquetWriter(
      to: file, fields: fields, reference: nil, creator: "mapwright version test")
    for number in 0..<count { try writer.write(.polygon(square(number)), values: values(number)) }
    try writer.close()
  }

  @Test func `has the same bytes every time`() throws {
    let files = [MemoryFile(), MemoryFile()]
    for file in files { try write(500, to: file) }

    #expect(files[0].bytes == files[1].bytes)
    #expect(files[0].bytes.starts(with: "PAR1".utf8))
    #expect(files[0].bytes.suffix(4).elementsEqual("PAR1".utf8) && files[0].isClosed)
  }

  @Test func `that finds no room is not closed`() throws {
    let file = MemoryFile(room: 20_000)
    #expect(throws: MemoryFile.Full.self) { try write(3000, to: file) }
    #expect(!file.isClosed)
  }

  @Test(.enabled(if: Judge.has("pyarrow"), "pyarrow is not there: make judges"))
  func `holds for pyarrow what was written, in groups that know their boxes`() throws {
    let folder = try TemporaryFolder()
    let count = GeoParquetWriter.rowsPerGroup + 100
    let file = MemoryFile()
    try write(count, to: file)
    try Data(file.bytes).write(to: folder.url.appending(path: "a.parquet"))

    let verdict = try Judge.run(
      """
      import sys, json, pyarrow.parquet as pq
      file = pq.ParquetFile(sys.argv[1])
      rows = file.read().to_pylist()
      count = int(sys.argv[2])
      assert len(rows) == count and file.num_row_groups == 2, (len(rows), file.num_row_groups)
      for n, row in enumerate(rows):
        assert row["name"] == f"house {n}" and row["floors"] == n, row
        assert row["size"] == (None if n % 3 == 0 else n / 4), row
        assert row["sources"] == [
          {"dataset": f"scene {i}", "share": 0.5 if i == 0 else None} for i in range(n % 3)], row
        x, y = n % 100 * 10, n // 100 * 10
        assert row["bbox"] == {"xmin": x, "ymin": y, "xmax": x + 4, "ymax": y + 4}, row
      geo = json.loads(file.schema_arrow.metadata[b"geo"])
      assert geo["version"] == "1.1.0" and "crs" not in geo["columns"]["geometry"]
      column = {file.metadata.row_group(1).column(c).path_in_schema: c
        for c in range(file.metadata.num_columns)}
      low = file.metadata.row_group(1).column(column["bbox.ymin"]).statistics
      assert low.min == 2000 and low.max == 2000, low
      sizes = file.metadata.row_group(0).column(column["size"]).statistics
      assert sizes.null_count == 6667 and sizes.min == 0.25, sizes
      assert file.metadata.row_group(0).column(0).compression == "ZSTD"
      print("sound")
      """, [folder.path("a.parquet"), "\(count)"])

    #expect(verdict.text == "sound\n")
  }
}
