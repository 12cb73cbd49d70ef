import ArgumentParser
import Foundation
import Pipelines

/// The verb `footprints`.
struct FootprintsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "footprints",
    abstract: "Trace outlines or roads from a finished run, or from any raster of probabilities.",
    discussion: """
      A finished run is traced again with other settings, without inference.

      A raster is anything GDAL reads. Floating-point bands hold probabilities from 0
      to 1; bytes count to 254, and 255 is nodata, unless the file's scale or --one
      says otherwise. A mask of 0 and 1 is traced with --one 1.
      """)

  @Argument(
    help: ArgumentHelp("A run's folder, or a raster of probabilities.", valueName: "run or raster"),
    completion: .file())
  var source: String

  @Option(help: ArgumentHelp("Where the outlines go.", valueName: "folder"))
  var out: String

  @Option(help: "From which probability on a pixel is building, between 0 and 1.")
  var threshold: Double?

  @Option(help: "The least mean probability of an outline's pixels, from 0 to 1.")
  var leastConfidence: Double?

  @Option(name: .customLong("smallest-m2"), help: "The least area, in square metres.")
  var smallest: Double?

  @Option(help: "The form of an outline: squared, simplified or raw.")
  var outline: String?

  @Option(
    help: ArgumentHelp(
      "By whose names attributes are called: \(RetraceRequest.schemas.joined(separator: ", "))."))
  var schema: String?

  @Option(
    name: .customLong("write"),
    help: ArgumentHelp(
      "A format; may be given several times: \(RetraceRequest.formats.joined(separator: ", ")).",
      valueName: "format"))
  var formats: [String] = []

  @Option(
    name: .customLong("layer"),
    help: ArgumentHelp(
      "A layer of the run; may be given several times. (default: all)", valueName: "name"))
  var layers: [String] = []

  @OptionGroup(title: "Options for rasters") var raster: RasterOptions

  func validate() throws {
    guard threshold.map({ $0 > 0 && $0 < 1 }) ?? true else {
      throw ValidationError("--threshold takes a number between 0 and 1.")
    }
    guard leastConfidence.map({ (0...1).contains($0) }) ?? true else {
      throw ValidationError("--least-confidence takes a number from 0 to 1.")
    }
    guard leastConfidence == nil || raster.trace != "centerline" else {
      throw ValidationError("--least-confidence is for outlines: a gap would part a network.")
    }
    guard smallest.map({ $0 >= 0 && $0.isFinite }) ?? true else {
      throw ValidationError("--smallest-m2 takes an area of 0 or more.")
    }
    let forms = RetraceRequest.outlines
    guard outline.map(forms.contains) ?? true else {
      throw ValidationError("--outline takes one of: \(forms.joined(separator: ", ")).")
    }
    try checkFiles()
  }

  private func checkFiles() throws {
    let schemas = RetraceRequest.schemas
    guard schema.map(schemas.contains) ?? true else {
      throw ValidationError("--schema takes one of: \(schemas.joined(separator: ", ")).")
    }
    let known = RetraceRequest.formats
    guard formats.allSatisfy(known.contains), Set(formats).count == formats.count else {
      throw ValidationError(
        "--write takes each of these at most once: \(known.joined(separator: ", ")).")
    }
  }

  func run() throws {
    print(isRun ? try retraced() : try traced())
  }

  private var isRun: Bool {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: source, isDirectory: &isFolder)
    // A Zarr array is a folder, too; what has no run.json is left to GDAL to know.
    return exists && isFolder.boolValue && raster.isEmpty
  }

  private func retraced() throws -> String {
    var request = RetraceRequest(run: RunFolder(URL(fileURLWithPath: source)), folder: out)
    request.threshold = threshold
    request.leastConfidence = leastConfidence
    request.smallest = smallest
    request.outline = outline
    request.schema = schema
    request.formats = formats.isEmpty ? nil : formats
    request.layers = layers.isEmpty ? nil : layers
    return try Retrace(request).execute()
  }

  private func traced() throws -> String {
    var request = RasterTraceRequest(
      .init(path: source, number: raster.band ?? 1, one: raster.one), folder: out)
    request.contact = raster.contact(beside: source)
    request.className = raster.className
    request.roads = raster.roads(threshold: threshold)
    request.settings.threshold = threshold
    request.settings.leastConfidence = leastConfidence ?? request.settings.leastConfidence
    request.settings.smallest = smallest ?? request.settings.smallest
    request.settings.outline =
      outline.flatMap(FootprintSettings.Outline.init(rawValue:)) ?? request.settings.outline
    request.write(formats.isEmpty ? nil : formats, schema: schema)
    request.shard = raster.shardSize ?? request.shard
    request.threads = raster.threads
    return try RasterTrace(request).execute()
  }
}

/// What `footprints` can be told of a raster.
struct RasterOptions: ParsableArguments {
  @Option(help: "The band that holds the probability; the first is 1. (default: 1)")
  var band: Int?

  @Option(help: "The number that stands for probability 1.")
  var one: Double?

  @Option(
    help: ArgumentHelp(
      "A raster of the probability of contact between neighbours, on the same pixels.",
      valueName: "file"), completion: .file())
  var contact: String?

  @Option(
    help: """
      The band that holds the contact, of the file of --contact or of the raster itself. \
      (default: 1)
      """)
  var contactBand: Int?

  @Option(
    name: .customLong("class"),
    help: ArgumentHelp("What is traced, as an attribute. (default: building)", valueName: "name"))
  var className: String?

  @Option(
    help: ArgumentHelp(
      "What is drawn: outline, or centerline for roads. (default: outline)", valueName: "form"))
  var trace: String?

  @Option(name: .customLong("narrowest-m"), help: "The width of the narrowest road. (default: 1.5)")
  var narrowest: Double?

  @Option(name: .customLong("widest-m"), help: "The width of the widest road. (default: 25)")
  var widest: Double?

  @Option(
    name: .customLong("spur-m"),
    help: "The length below which branches of roads are left out. (default: 10)")
  var spur: Double?

  @Option(
    help: ArgumentHelp(
      "What a thread traces at a time; the result does not depend on it. (default: 2048)",
      valueName: "side or WxH"))
  var shardPx: String?

  @Option(help: "Threads. (default: one per processor)")
  var threads: Int?

  var isEmpty: Bool {
    [band, contactBand, threads].allSatisfy { $0 == nil }
      && [one, narrowest, widest, spur].allSatisfy { $0 == nil }
      && [contact, className, trace, shardPx].allSatisfy { $0 == nil }
  }

  /// The contact's band, when one is named.
  func contact(beside source: String) -> RasterTraceRequest.Band? {
    guard contact != nil || contactBand != nil else { return nil }
    return .init(
      path: contact ?? source, number: contactBand ?? 1, one: contact == nil ? one : nil)
  }

  /// How roads are drawn, when they are asked for.
  func roads(threshold: Double?) -> CenterlineSettings? {
    guard trace == "centerline" else { return nil }
    let usual = CenterlineSettings()
    return CenterlineSettings(
      threshold: threshold, narrowest: narrowest ?? usual.narrowest, widest: widest ?? usual.widest,
      spur: spur ?? usual.spur)
  }

  /// The size named in `--shard-px`.
  var shardSize: (width: Int, height: Int)? {
    let sides = shardPx?.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard let sides, let width = sides.first ?? nil, let height = sides.last ?? nil,
      sides.count <= 2, min(width, height) >= 64
    else { return nil }
    return (width, height)
  }

  func validate() throws {
    for (name, number) in [
      ("band", band), ("contact-band", contactBand), ("threads", threads),
    ] where (number ?? 1) < 1 {
      throw ValidationError("--\(name) takes a whole number of 1 or more.")
    }
    guard one.map({ $0 > 0 && $0.isFinite }) ?? true else {
      throw ValidationError("--one takes a number above 0.")
    }
    guard trace.map(["outline", "centerline"].contains) ?? true else {
      throw ValidationError("--trace takes one of: outline, centerline.")
    }
    for (name, length) in [("narrowest", narrowest), ("widest", widest), ("spur", spur)] {
      guard length.map({ $0 > 0 && $0.isFinite }) ?? true else {
        throw ValidationError("--\(name)-m takes a length above 0.")
      }
      guard length == nil || trace == "centerline" else {
        throw ValidationError("--\(name)-m is for `--trace centerline`.")
      }
    }
    guard (narrowest ?? 1.5) < (widest ?? 25) else {
      throw ValidationError("--narrowest-m must be below --widest-m.")
    }
    guard shardPx == nil || shardSize != nil else {
      throw ValidationError("--shard-px takes a side of 64 or more, or two of them: 512, 300x171.")
    }
  }
}
