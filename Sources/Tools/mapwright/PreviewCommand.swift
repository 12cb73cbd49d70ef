import ArgumentParser
import Foundation
import Pipelines

/// The verb `preview`.
struct PreviewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preview",
    abstract: "Draw any raster or vector file as a PNG picture.")

  @Argument(help: "A file that GDAL reads.", completion: .file())
  var file: String

  @Option(
    help: ArgumentHelp(
      "The picture; the file's name with .png, in the folder that you are in, if not given.",
      valueName: "file"),
    completion: .file(extensions: ["png"]))
  var out: String?

  @Option(name: .customLong("side"), help: "The most pixels of a side.")
  var side_px = FilePreview.usualSide

  func validate() throws {
    guard (1...16_384).contains(side_px) else {
      throw ValidationError("--side takes 1 to 16384 pixels.")
    }
  }

  func run() throws {
    let stem = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
    let target = URL(fileURLWithPath: out ?? "\(stem).png").standardizedFileURL
    guard target.resolvingSymlinksInPath() != URL(fileURLWithPath: file).resolvingSymlinksInPath()
    else {
      throw ValidationError("The picture would replace the file: name another one with --out.")
    }
    try FilePreview(of: file, side: side_px).write(to: target.path)
    print(target.path)
  }
}
