import Foundation
import ObjectStores

/// How a bucket is reached, as the environment and the user's files say it: by the names that Amazon's
/// tools and GDAL use, so that a job and its scenes take the same credentials.
struct BucketAccess {
  private let environment: [String: String]
  private let profileName: String?
  private let profile: AWSProfile
  private let bucket: String

  /// Reads what there is; asks nobody.
  ///
  /// - Parameters:
  ///   - environment: The variables of the process.
  ///   - contents: Reads a text file; nil where there is none.
  init(
    to bucket: String, environment: [String: String],
    contents: (String) -> String? = { try? String(contentsOfFile: $0, encoding: .utf8) }
  ) {
    // Secrets that clusters mount as variables often end with a line break.
    let environment = environment.mapValues { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
      .filter { !$0.value.isEmpty }
    self.environment = environment
    self.bucket = bucket
    profileName = environment["AWS_PROFILE"] ?? environment["AWS_DEFAULT_PROFILE"]
    let home = environment["HOME"].map { $0 + "/.aws/" }
    func text(_ variables: [String], _ name: String) -> String? {
      let named = variables.lazy.compactMap { environment[$0] }.first
      return (named ?? home.map { $0 + name }).flatMap(contents)
    }
    profile = AWSProfile(
      named: profileName ?? "default",
      credentials: text(
        ["AWS_SHARED_CREDENTIALS_FILE", "CPL_AWS_CREDENTIALS_FILE"], "credentials"),
      config: text(["AWS_CONFIG_FILE"], "config"))
  }

  // MARK: - Where

  /// The bucket and its place.
  var settings: BucketSettings {
    var settings = BucketSettings(bucket: bucket, region: region)
    settings.endpoint = endpoint
    settings.isInHostName = environment["AWS_VIRTUAL_HOSTING"].map(Self.isYes)
    settings.certificates = environment["AWS_CA_BUNDLE"] ?? environment["CURL_CA_BUNDLE"]
    return settings
  }

  private var region: String {
    environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"] ?? profile["region"]
      ?? "us-east-1"
  }

  private var endpoint: String? {
    let address =
      environment["AWS_ENDPOINT_URL_S3"] ?? environment["AWS_ENDPOINT_URL"]
      ?? profile["endpoint_url"]
    if let address { return address }
    // GDAL's, which is a host.
    guard let host = environment["AWS_S3_ENDPOINT"], host != "s3.amazonaws.com" else { return nil }
    if host.contains("://") { return host }
    return (environment["AWS_HTTPS"].map(Self.isYes) ?? true ? "https://" : "http://") + host
  }

  private static func isYes(_ word: String) -> Bool {
    ["yes", "true", "on", "1"].contains(word.lowercased())
  }

  // MARK: - By what right

  /// Where credentials come from: the first that there is of variables, the profile, a token for the
  /// workload, the container's service, the machine's.
  var credentials: CredentialSource {
    if let source = inVariables { return source }
    if profileName != nil { return inProfile ?? .none(reason: whatProfileLacks) }
    if let source = webIdentity { return source }
    if let source = inProfile { return source }
    if let source = container { return source }
    if environment["AWS_EC2_METADATA_DISABLED"].map(Self.isYes) ?? false {
      return .none(
        reason: "no variables, no profile, no role, and AWS_EC2_METADATA_DISABLED is set")
    }
    return .machine(
      address: environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] ?? "http://169.254.169.254")
  }

  private var inVariables: CredentialSource? {
    let key = environment["AWS_ACCESS_KEY_ID"]
    let secret = environment["AWS_SECRET_ACCESS_KEY"]
    switch (key, secret) {
    case (let key?, let secret?):
      return .given(
        Credentials(
          keyName: key, secret: secret, sessionToken: environment["AWS_SESSION_TOKEN"]))
    case (nil, nil): return nil
    default:
      return .none(reason: "of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY only one is set")
    }
  }

  private var inProfile: CredentialSource? {
    if let key = profile["aws_access_key_id"], let secret = profile["aws_secret_access_key"] {
      return .given(
        Credentials(keyName: key, secret: secret, sessionToken: profile["aws_session_token"]))
    }
    guard let file = profile["web_identity_token_file"], let role = profile["role_arn"] else {
      return nil
    }
    return .webIdentity(
      tokenFile: file, role: role, session: profile["role_session_name"] ?? "mapwright",
      address: tokenService)
  }

  private var whatProfileLacks: String {
    let name = profileName ?? "default"
    if profile.values.isEmpty { return "no file has a profile '\(name)'" }
    return """
      profile '\(name)' has no keys; `aws configure export-credentials --profile \(name) --format env` \
      prints those of a login
      """
  }

  private var webIdentity: CredentialSource? {
    guard let file = environment["AWS_WEB_IDENTITY_TOKEN_FILE"],
      let role = environment["AWS_ROLE_ARN"]
    else { return nil }
    return .webIdentity(
      tokenFile: file, role: role,
      session: environment["AWS_ROLE_SESSION_NAME"] ?? "mapwright", address: tokenService)
  }

  private var tokenService: String {
    environment["AWS_ENDPOINT_URL_STS"]
      ?? "https://sts.\(region).\(BucketSettings.domain(of: region))"
  }

  private var container: CredentialSource? {
    let token = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
    let file = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]
    if let path = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] {
      return .container(address: "http://169.254.170.2" + path, token: token, tokenFile: file)
    }
    guard let address = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] else { return nil }
    // The token is not told to any server on the net in the clear.
    let isNear =
      address.firstMatch(
        of:
          /^http:\/\/(127\.\d+\.\d+\.\d+|localhost|169\.254\.170\.(2|23)|\[fd00:ec2::23\]|\[::1\])[:\/]/
      ) != nil
    guard isNear || address.hasPrefix("https://") else {
      return .none(
        reason: "AWS_CONTAINER_CREDENTIALS_FULL_URI names a server that is neither near nor https")
    }
    return .container(address: address, token: token, tokenFile: file)
  }
}
