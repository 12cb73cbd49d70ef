import Foundation

/// Where a job lies, as it is named by `--job`: a folder, or a place in a bucket.
enum JobPlace: Hashable, Sendable {
  /// A folder that all machines see, absolute.
  case folder(String)
  /// A place in a bucket; the prefix is empty or ends in a slash.
  case bucket(name: String, prefix: String)

  /// Reads a place: `/shared/job`, `file:///shared/job`, `s3://bucket/jobs/a`.
  ///
  /// - Parameter text: As typed; a folder may be relative to the current one.
  /// - Throws: ``JobError/unknownPlace(words:reason:)``, which never repeats credentials.
  init(_ text: String) throws(JobError) {
    guard let scheme = text.firstMatch(of: /^([A-Za-z][A-Za-z0-9+.\-]*):\/\//) else {
      guard !text.isEmpty else {
        throw .unknownPlace(words: text, reason: "it is empty")
      }
      self = .folder(URL(fileURLWithPath: text).standardizedFileURL.path)
      return
    }
    let rest = String(text[scheme.range.upperBound...])
    switch scheme.1.lowercased() {
    case "file":
      guard rest.hasPrefix("/"), let path = rest.removingPercentEncoding else {
        throw .unknownPlace(
          words: text, reason: "after `file://` it takes the path from the root: file:///shared/job"
        )
      }
      self = .folder(URL(fileURLWithPath: path).standardizedFileURL.path)
    case "s3": self = try Self.bucket(rest)
    default:
      throw .unknownPlace(
        words: "\(scheme.1)://…", reason: "places are folders, `file:///…` or `s3://bucket/…`")
    }
  }

  private static func bucket(_ rest: String) throws(JobError) -> JobPlace {
    // Keys in an address end in logs and in the lists of a shell.
    guard !rest.contains("@"), !rest.contains("?") else {
      throw .unknownPlace(
        words: "s3://…", reason: "it holds credentials or a query; these come from the environment")
    }
    let parts = rest.split(separator: "/", omittingEmptySubsequences: true)
    guard let name = parts.first, name.count >= 3 else {
      throw .unknownPlace(
        words: "s3://\(rest)", reason: "a bucket's name has three letters at least: s3://bucket/job"
      )
    }
    let prefix = parts.dropFirst().map { $0 + "/" }.joined()
    return .bucket(name: String(name), prefix: prefix)
  }

  /// The place for people, as `--job` takes it.
  var words: String {
    switch self {
    case .folder(let path): path
    case .bucket(let name, let prefix): "s3://\(name)/\(prefix)"
    }
  }

  /// Opens the place.
  ///
  /// - Parameter makes: Whether a folder is made that is not there.
  /// - Throws: ``JobError/notAJob(place:reason:)`` when it is absent, and what keeps it from being made.
  func store(making makes: Bool = false) throws -> any JobStore {
    switch self {
    case .folder(let path): return try FolderStore(path, making: makes)
    case .bucket(let name, let prefix):
      return BucketStore(
        bucket: name, prefix: prefix, environment: ProcessInfo.processInfo.environment)
    }
  }
}
