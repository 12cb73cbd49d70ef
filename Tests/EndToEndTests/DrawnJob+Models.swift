import Foundation
import TestSupport

extension DrawnJob {
  /// Writes the pipeline with other keys for its model.
  func choose(_ keys: String, model: String = "bright.onnx", batch: Int = 1) throws {
    try writePipeline(batch: batch)
    let file = folder.url.appending(path: "pipeline.yaml")
    let text = try String(contentsOf: file, encoding: .utf8)
    try text.replacing("  threads: 1\n", with: "")
      .replacing("model: bright.onnx", with: "model: \(model)\n  \(keys)")
      .write(to: file, atomically: true, encoding: .utf8)
  }

  /// Puts a model of the tests beside the pipeline.
  func add(_ path: String, as name: String) throws {
    try FileManager.default.copyItem(
      at: Repository.root.appending(path: "Tests/\(path)"), to: folder.url.appending(path: name))
  }

  /// What was said, with the job's folder as `…`.
  func words(_ ended: Command.Ended) -> String {
    ended.errors.replacing(folder.url.path, with: "…")
  }
}
