import Glibc

/// The signature of a request that only the owner of a secret key can make: AWS Signature Version 4.
///
/// Everything that is given is signed: method, path, query, all headers, and the body by its hash; so
/// a store sees when a body has changed on its way.
struct RequestSignature {
  var credentials: Credentials
  var region: String
  var service = "s3"
  /// Seconds since 1970.
  var time: Double
  var means: StoreMeans

  /// The headers of a request, its signature among them.
  ///
  /// - Parameters:
  ///   - path: Encoded.
  ///   - query: Encoded names and values.
  ///   - headers: All that are to be signed, without `host`.
  ///   - bodyHash: The body's SHA-256 in hexadecimal digits.
  func headers(
    _ method: String, host: String, path: String, query: [(name: String, value: String)],
    headers: [(name: String, value: String)], bodyHash: String
  ) -> [(name: String, value: String)] {
    let stamp = Self.stamp(time)
    var signed = headers
    signed.append(("x-amz-content-sha256", bodyHash))
    signed.append(("x-amz-date", stamp))
    if let token = credentials.sessionToken { signed.append(("x-amz-security-token", token)) }

    let lines = (signed + [("host", host)])
      .map { (name: $0.name.lowercased(), value: Self.trimmed($0.value)) }
      .sorted { $0.name < $1.name }
    let names = lines.map(\.name).joined(separator: ";")
    let canonical = [
      method, path,
      query.sorted { ($0.name, $0.value) < ($1.name, $1.value) }
        .map { "\($0.name)=\($0.value)" }.joined(separator: "&"),
      lines.map { "\($0.name):\($0.value)\n" }.joined(), names, bodyHash,
    ].joined(separator: "\n")

    let day = String(stamp.prefix(8))
    let scope = "\(day)/\(region)/\(service)/aws4_request"
    let text = [
      "AWS4-HMAC-SHA256", stamp, scope, Self.hexadecimal(means.hash(Array(canonical.utf8))),
    ].joined(separator: "\n")
    var key = Array("AWS4\(credentials.secret)".utf8)
    for part in [day, region, service, "aws4_request"] { key = means.code(Array(part.utf8), key) }
    let signature = Self.hexadecimal(means.code(Array(text.utf8), key))
    let authorization =
      "AWS4-HMAC-SHA256 Credential=\(credentials.keyName)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
    return signed + [("Authorization", authorization)]
  }

  /// Lower-case hexadecimal digits.
  static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
  }

  /// A time as signatures have it, such as `20130524T000000Z`.
  static func stamp(_ time: Double) -> String {
    var seconds = time_t(time.rounded(.down))
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func digits(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let day = "\(parts.tm_year + 1900)\(digits(parts.tm_mon + 1))\(digits(parts.tm_mday))"
    return "\(day)T\(digits(parts.tm_hour))\(digits(parts.tm_min))\(digits(parts.tm_sec))Z"
  }

  /// A header's value without spaces around it, and with single ones in it.
  private static func trimmed(_ value: String) -> String {
    value.split(separator: " ").joined(separator: " ")
  }
}
