import Foundation
import Glibc
import Grids
import TestSupport
import Testing

@Suite(.serialized) struct `Slices of a job in a bucket` {
  let job: DrawnJob

  init() throws { job = try DrawnJob(size: PixelSize(width: 1300, height: 1100)) }

  /// Where a job may lie.
  enum Store: String, CaseIterable, CustomTestStringConvertible {
    case loopback, moto
    var testDescription: String { rawValue }
    static var present: [Store] { MotoServer.isInstalled ? [.loopback, .moto] : [.loopback] }
  }

  /// A store that is running, and what it holds.
  private struct Bucket {
    var loopback: LoopbackBucket?
    var moto: MotoServer?

    init(_ store: Store) throws {
      switch store {
      case .loopback: loopback = try LoopbackBucket()
      case .moto: moto = try MotoServer()
      }
    }

    var port: UInt16 { loopback?.port ?? moto?.port ?? 0 }

    /// The names below a prefix.
    func names(_ prefix: String) -> [String] {
      if let loopback { return loopback.objects.keys.filter { $0.hasPrefix(prefix) }.sorted() }
      let list = moto?.ask("GET", "/maps?list-type=2&prefix=\(prefix)")?.text ?? ""
      return list.matches(of: /<Key>([^<]*)<\/Key>/).map { String($0.1) }
    }
  }

  /// What is planted to be found again where it should not be.
  private static let secrets = ["hushSECRET/key", "hushTOKEN"]

  private func environment(port: UInt16) -> [String: String] {
    [
      "AWS_ENDPOINT_URL": "http://127.0.0.1:\(port)", "AWS_ACCESS_KEY_ID": "AKIDLOOPBACK",
      "AWS_SECRET_ACCESS_KEY": Self.secrets[0], "AWS_SESSION_TOKEN": Self.secrets[1],
      "AWS_REGION": "us-east-1", "HOME": job.folder.url.path, "NO_PROXY": "127.0.0.1",
    ]
  }

  private let place = "s3://maps/jobs/town"

  private func freeze(slices: Int, _ environment: [String: String]) throws -> Command.Ended {
    try Command.run(
      ["plan", job.folder.path("pipeline.yaml"), "--slices", "\(slices)", "--job", place],
      environment: environment)
  }

  private func slice(_ index: Int) -> [String] {
    [
      "run-slice", "--job", place, "--index", "\(index)", "--workers", "1", "--quiet",
      "--scratch", job.folder.url.path,
    ]
  }

  private func finalize(_ out: String) -> [String] {
    ["finalize", "--job", place, "--out", job.folder.path(out), "--workers", "2", "--quiet"]
  }

  /// Whether none of the secrets stands in a file of the folder.
  private func keepsSecrets() -> Bool {
    let folder = job.folder.url.path
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return names.allSatisfy { name in
      let bytes = FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data()
      return Self.secrets.allSatisfy { bytes.range(of: Data($0.utf8)) == nil }
    }
  }

  /// Freezes, does four slices at once of which two are the same, and finalises.
  private func mapInSlices(
    _ bucket: Bucket, port: UInt16, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let environment = environment(port: port)
    let local = try Command.run(job.arguments(out: "local", "--workers", "2"))
    #expect(local.code == 0, "\(local.errors)", sourceLocation: sourceLocation)
    let frozen = try freeze(slices: 3, environment)
    #expect(frozen.code == 0, "\(frozen.errors)", sourceLocation: sourceLocation)
    let running = try [0, 1, 2, 1].map { try Command.start(slice($0), environment: environment) }
    var said = frozen.output + frozen.errors
    for running in running {
      let ended = try running.wait()
      #expect(ended.code == 0, "\(ended.errors)", sourceLocation: sourceLocation)
      said += ended.output + ended.errors
    }
    let records = (0..<12).map { "jobs/town/commits/infer/\($0).json" }
    #expect(
      bucket.names("jobs/town/commits/") == records.sorted(), sourceLocation: sourceLocation)
    #expect(bucket.names("jobs/town/parts/").count == 12, sourceLocation: sourceLocation)
    let ended = try Command.run(finalize("final"), environment: environment)
    #expect(ended.code == 0, "\(ended.errors)", sourceLocation: sourceLocation)
    said += ended.output + ended.errors
    #expect(
      try job.outputs(of: "final") == job.outputs(of: "local"), sourceLocation: sourceLocation)
    #expect(Self.secrets.allSatisfy { !said.contains($0) }, sourceLocation: sourceLocation)
    #expect(keepsSecrets(), sourceLocation: sourceLocation)
  }

  @Test(arguments: Store.present)
  func `give the bytes of a single machine, with one record a shard`(_ store: Store) throws {
    let bucket = try Bucket(store)
    try mapInSlices(bucket, port: bucket.port)
    if let loopback = bucket.loopback {
      let text = loopback.objects.values.map { String(decoding: $0.bytes, as: UTF8.self) }
      #expect(text.allSatisfy { text in Self.secrets.allSatisfy { !text.contains($0) } })
    }
  }

  @Test(arguments: Store.present)
  func `give the same bytes though every fifth request fails`(_ store: Store) throws {
    let bucket = try Bucket(store)
    let faults: [FaultProxy.Fault] = [
      .answer(503, "SlowDown"), .loseAnswer, .answer(500, "InternalError"), .cutBody, .cutAnswer,
      .answer(409, "ConditionalRequestConflict"), .cutHead, .cutAnswerHead,
    ]
    let proxy = try FaultProxy(to: bucket.port) { request in
      request.number % 5 == 0 ? faults[request.number / 5 % faults.count] : nil
    }
    try mapInSlices(bucket, port: proxy.port)
    #expect(proxy.count > 60)
  }

  @Test(arguments: Store.present)
  func `leave nothing of an upload that was killed, and go on`(_ store: Store) throws {
    let bucket = try Bucket(store)
    let proxy = try FaultProxy(to: bucket.port) { request in
      request.method == "PUT" && request.path.contains("/parts/") ? .stall : nil
    }
    let environment = environment(port: proxy.port)
    #expect(try freeze(slices: 9, environment).code == 0)
    let running = try Command.start(slice(4), environment: environment)
    while running.isRunning, proxy.stalled == 0 { usleep(10_000) }
    #expect(proxy.stalled == 1)
    running.send(SIGKILL)
    #expect(try running.wait().code == -SIGKILL)
    #expect(bucket.names("jobs/town/parts/") == [])
    #expect(bucket.names("jobs/town/commits/") == [])
    proxy.change { _ in nil }
    let again = try Command.run(slice(4), environment: environment)
    #expect(again.code == 0, "\(again.errors)")
    #expect(bucket.names("jobs/town/commits/") == ["jobs/town/commits/infer/4.json"])
  }

  @Test func `end with what the store says`() throws {
    let bucket = try LoopbackBucket()
    #expect(try freeze(slices: 9, environment(port: bucket.port)).code == 0)
    bucket.change { $0.exists = false }
    let gone = try Command.run(slice(0), environment: environment(port: bucket.port))
    #expect(gone.code == 66)
    #expect(gone.errors.hasPrefix("mapwright: cannot find bucket 'maps'\n"))
    bucket.change { $0 = .init() }
    let others = ["AWS_ACCESS_KEY_ID": "AKIDOTHERS"]
    let denied = try Command.run(
      slice(0), environment: environment(port: bucket.port).merging(others) { $1 })
    #expect(denied.code == 66)
    #expect(denied.errors.contains("access to 's3://maps/jobs/town/job.json' is denied"))
    #expect(!denied.errors.contains("AKIDOTHERS"))
  }
}
