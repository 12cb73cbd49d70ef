/// Which bucket is meant, and how it is reached.
public struct BucketSettings: Hashable, Sendable {
  /// The bucket's name.
  public var bucket: String
  /// The region that requests are signed for.
  public var region: String
  /// The store's address without a path, such as `http://127.0.0.1:9000`; nil for Amazon's.
  public var endpoint: String?
  /// Whether the bucket is a part of the host's name instead of the path; nil for what suits the store.
  public var isInHostName: Bool?
  /// A file of certificates that are trusted; nil for the system's.
  public var certificates: String?
  /// How much is borne.
  public var patience = Patience()

  /// Names a bucket of Amazon's.
  public init(bucket: String, region: String = "us-east-1") {
    self.bucket = bucket
    self.region = region
  }

  /// Where a bucket is asked, in a region.
  struct Address: Hashable {
    /// The scheme and its slashes, such as `https://`.
    var scheme: String
    /// The host with its port, as the request's `Host` has it.
    var host: String
    /// The path before a name, encoded, without a slash at its end.
    var path: String
  }

  /// Where the bucket is asked.
  ///
  /// Amazon wants the bucket in the host's name. A name with dots does not fit its certificates, and
  /// other stores seldom have a name for every bucket: there it is a part of the path.
  func address(region: String) throws(ObjectStoreError) -> Address {
    let whole = endpoint ?? "https://s3.\(region).\(Self.domain(of: region))"
    guard let parts = whole.wholeMatch(of: /(?i)(https?:\/\/)([^\/?#@\s]+)\/?/) else {
      throw .badEndpoint
    }
    let (scheme, host) = (parts.1.lowercased(), String(parts.2))
    let suitsHost = endpoint == nil && bucket.wholeMatch(of: /[a-z0-9][a-z0-9-]*/) != nil
    return isInHostName ?? suitsHost
      ? Address(scheme: scheme, host: "\(bucket).\(host)", path: "")
      : Address(scheme: scheme, host: host, path: "/" + bucket.percentEncoded())
  }

  /// The store's address for people.
  var site: String { endpoint ?? "s3.\(region).\(Self.domain(of: region))" }

  /// Amazon's domain for a region: China has its own.
  public static func domain(of region: String) -> String {
    region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
  }
}
