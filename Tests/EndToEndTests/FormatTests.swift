import Foundation
import FoundationXML
import TestSupport
import Testing

@Suite struct `Footprints of a finished run` {
  private static let words = [
    "gpkg", "fgb", "geojsonl", "geojson", "csv", "shp.zip", "sql", "parquet", "pmtiles",
  ]
  private let job: DrawnJob

  init() throws {
    job = try DrawnJob()
    try #require(try Command.run(job.arguments(out: "run")).code == 0)
  }

  private func arguments(_ word: String, _ schema: String, to folder: String) -> [String] {
    [
      "footprints", job.folder.path("run"), "--out", folder, "--write", word, "--schema", schema,
    ]
  }

  @Test func `are written in every format and schema, with a project that finds its layers`() throws
  {
    let schemas = [
      "mapwright", "osm", "overture", "overture", "openbuildings", "microsoft", "osm", "overture",
      "mapwright",
    ]
    for (word, schema) in zip(Self.words, schemas) {
      let out = job.folder.path("out-\(word)")
      let ended = try Command.run(arguments(word, schema, to: out))
      #expect(ended.code == 0, "\(ended.errors)")
      let names = Set(try FileManager.default.contentsOfDirectory(atPath: out))
      let endings = ["csv", "sql", "parquet", "pmtiles"].contains(word) ? [] : ["qgs"]
      #expect(names == Set(([word, "qml", "sld"] + endings).map { "job_footprints.\($0)" }))
    }
  }

  @Test func `lie beside a project whose layers are where it says, and nowhere absolute`() throws {
    let folder = job.folder.url.appending(path: "run/5-footprints")
    let data = try Data(contentsOf: folder.appending(path: "job_footprints.qgs"))
    let reader = ProjectReader()
    let parser = XMLParser(data: data)
    parser.delegate = reader
    #expect(parser.parse())

    #expect(reader.sources.count >= 3)
    for source in reader.sources {
      let file = source.split(separator: "|")[0]
      #expect(file.hasPrefix("./") || file.hasPrefix("../"))
      #expect(FileManager.default.fileExists(atPath: folder.appending(path: file).path), "\(file)")
    }
    for name in ["qml", "sld"] {
      let style = try Data(contentsOf: folder.appending(path: "job_footprints.\(name)"))
      #expect(XMLParser(data: style).parse(), "\(name)")
    }
  }

  @Test(.enabled(if: Namespace.isAvailable, "needs the right to mount"))
  func `leave nothing behind on a disk that fills up`() throws {
    let disk = job.folder.path("disk")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    for word in Self.words {
      let command = ([Command.path] + arguments(word, "mapwright", to: "\(disk)/out"))
        .joined(separator: " ")
      // Room for the folders and the shards' outlines, and for hardly more.
      let ended = try Namespace.run(
        """
        mount -t tmpfs -o size=64k tmpfs \(disk); head -c 49152 /dev/zero > \(disk)/filler
        \(command); code=$?; ls -A \(disk)/out; exit $code
        """)

      #expect(ended.code == 74, "\(word): \(ended.errors)")
      #expect(ended.output == "", "\(word): \(ended.output)")
    }
  }
}

/// Collects the sources of a project's layers.
private final class ProjectReader: NSObject, XMLParserDelegate {
  private(set) var sources: [String] = []
  private var text = ""

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) { text = "" }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    if name == "datasource" { sources.append(text) }
  }
}
