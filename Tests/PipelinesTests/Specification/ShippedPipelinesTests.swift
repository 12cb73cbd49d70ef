import Foundation
import Imagery
import Pipelines
import Testing

/// The repository's root.
private let root: URL = {
  var folder = URL(filePath: #filePath).resolvingSymlinksInPath()
  for _ in 0..<4 { folder.deleteLastPathComponent() }
  return folder
}()

/// Every pipeline file of the repository.
private let shipped: [String] = {
  let folder = root.appending(path: "pipelines").path
  let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  return files.filter { $0.hasSuffix(".yaml") }.sorted().map { "\(folder)/\($0)" }
}()

@Suite struct `The pipelines we ship` {
  @Test func `are there`() {
    #expect(shipped.contains { $0.hasSuffix("/buildings.yaml") })
  }

  @Test(arguments: shipped)
  func `are read`(path: String) throws {
    let pipeline = try PipelineFile(reading: path)

    #expect(!pipeline.scenes.isEmpty)
    #expect(
      try PipelineSpecification(parsing: pipeline.specification.yaml, file: path)
        == pipeline.specification)
  }

  @Test func `suit the starter model`() throws {
    let path = root.appending(path: "pipelines/buildings.yaml").path
    let pipeline = try ResolvedPipeline(
      PipelineSpecification(reading: path), metadata: starterMetadata(), model: interface())

    #expect(pipeline.classes.published.map(\.name) == ["background", "building"])
    #expect(pipeline.classes.contactChannel == 2)
    #expect(pipeline.layers.map(\.classes) == [[1]])
  }

  @Test func `every key is explained beside them`() throws {
    let page = try String(
      contentsOf: root.appending(path: "pipelines/README.md"), encoding: .utf8)
    let keys = everyValue.yaml.split(separator: "\n")
      .compactMap { $0.split(separator: ":").first }
      .map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { Int($0) == nil && !$0.hasPrefix("-") }

    #expect(keys.count > 30)
    for key in keys { #expect(page.contains("`\(key)`"), "\(key)") }
  }
}

@Suite struct `Paths in a pipeline file` {
  @Test(arguments: [
    ("a/b/p.yaml", "../m.onnx", "a/b/../m.onnx"), ("p.yaml", "m.onnx", "m.onnx"),
    ("/p.yaml", "m.onnx", "/m.onnx"), ("a/p.yaml", "/m.onnx", "/m.onnx"),
  ])
  func `begin in its folder unless they are absolute`(file: String, path: String, leads: String)
    throws
  {
    let text = "inference: {model: m.onnx}"

    #expect(
      PipelineFile(try PipelineSpecification(parsing: text, file: file), at: file).resolve(path)
        == leads)
  }
}
