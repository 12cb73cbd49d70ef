import ObjectStores
import Testing

@testable import Pipelines

@Suite struct `The way to a bucket` {
  private func access(
    _ environment: [String: String], files: [String: String] = [:]
  ) -> BucketAccess {
    BucketAccess(to: "maps", environment: environment) { files[$0] }
  }

  private func keys(_ name: String, _ secret: String, token: String? = nil) -> CredentialSource {
    .given(Credentials(keyName: name, secret: secret, sessionToken: token))
  }

  private let files = [
    "/home/me/.aws/credentials": """
    # keys
    [default]
    aws_access_key_id = AKID1
    aws_secret_access_key=s/1=
    [mine]
    aws_access_key_id = AKID2
    aws_secret_access_key = s2
    aws_session_token = t2
    """,
    "/home/me/.aws/config": """
    [default]
    region = eu-west-1
    [profile mine]
    region = eu-central-1
    endpoint_url = https://store.example
    s3 =
      region = nowhere
    [profile  login]
    sso_session = s
    [profile role]
    role_arn = arn
    web_identity_token_file = /token
    """,
  ]

  @Test func `is Amazon's by itself`() {
    let settings = access([:]).settings
    #expect(settings == BucketSettings(bucket: "maps", region: "us-east-1"))
  }

  @Test func `leads by variables of Amazon's tools, then the profile's, then GDAL's`() {
    var environment = [
      "HOME": "/home/me", "AWS_PROFILE": "mine", "AWS_S3_ENDPOINT": "127.0.0.1:9000",
      "AWS_HTTPS": "NO",
    ]
    #expect(access(environment).settings.endpoint == "http://127.0.0.1:9000")
    #expect(access(environment, files: files).settings.endpoint == "https://store.example")
    environment["AWS_ENDPOINT_URL"] = "http://general"
    #expect(access(environment, files: files).settings.endpoint == "http://general")
    environment["AWS_ENDPOINT_URL_S3"] = "http://special"
    #expect(access(environment, files: files).settings.endpoint == "http://special")
    #expect(access(["AWS_S3_ENDPOINT": "s3.amazonaws.com"]).settings.endpoint == nil)
    #expect(access(["AWS_S3_ENDPOINT": "store"]).settings.endpoint == "https://store")
  }

  @Test func `takes region, form of address and certificates where they are said`() {
    let home = ["HOME": "/home/me"]
    #expect(access(home, files: files).settings.region == "eu-west-1")
    let others = [
      "AWS_DEFAULT_REGION": "a", "AWS_VIRTUAL_HOSTING": "TRUE", "AWS_CA_BUNDLE": "/ca.pem",
    ]
    let settings = access(home.merging(others) { $1 }, files: files).settings
    #expect(settings.region == "a")
    #expect(settings.isInHostName == true)
    #expect(settings.certificates == "/ca.pem")
    #expect(access(["AWS_DEFAULT_REGION": "a", "AWS_REGION": "b"]).settings.region == "b")
    #expect(access(["AWS_VIRTUAL_HOSTING": "FALSE"]).settings.isInHostName == false)
  }

  @Test func `is opened by variables before all else`() {
    let environment = [
      "HOME": "/home/me", "AWS_PROFILE": "mine", "AWS_ACCESS_KEY_ID": "AKID0",
      "AWS_SECRET_ACCESS_KEY": "s0\n", "AWS_SESSION_TOKEN": "t0",
    ]
    #expect(access(environment, files: files).credentials == keys("AKID0", "s0", token: "t0"))
    #expect(
      access(["AWS_ACCESS_KEY_ID": "AKID0"]).credentials
        == .none(reason: "of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY only one is set"))
  }

  @Test func `is opened by a profile`() {
    #expect(access(["HOME": "/home/me"], files: files).credentials == keys("AKID1", "s/1="))
    let mine = access(["HOME": "/home/me", "AWS_PROFILE": "mine"], files: files)
    #expect(mine.credentials == keys("AKID2", "s2", token: "t2"))
    let elsewhere = access(
      ["AWS_SHARED_CREDENTIALS_FILE": "/keys"],
      files: ["/keys": "[default]\naws_access_key_id=A\naws_secret_access_key=b"])
    #expect(elsewhere.credentials == keys("A", "b"))
    let role = access(
      ["HOME": "/home/me", "AWS_PROFILE": "role", "AWS_REGION": "eu-west-1"], files: files)
    #expect(
      role.credentials
        == .webIdentity(
          tokenFile: "/token", role: "arn", session: "mapwright",
          address: "https://sts.eu-west-1.amazonaws.com"))
  }

  @Test func `is not opened by another profile than the one that is named`() {
    let absent = access(["HOME": "/home/me", "AWS_PROFILE": "other"], files: files)
    #expect(absent.credentials == .none(reason: "no file has a profile 'other'"))
    let login = access(["HOME": "/home/me", "AWS_PROFILE": "login"], files: files)
    #expect(
      login.credentials
        == .none(
          reason: """
            profile 'login' has no keys; `aws configure export-credentials --profile login \
            --format env` prints those of a login
            """))
  }

  @Test func `is opened by what a cluster gives its tasks`() {
    let identity = [
      "AWS_WEB_IDENTITY_TOKEN_FILE": "/t", "AWS_ROLE_ARN": "arn", "AWS_REGION": "cn-north-1",
    ]
    #expect(
      access(identity).credentials
        == .webIdentity(
          tokenFile: "/t", role: "arn", session: "mapwright",
          address: "https://sts.cn-north-1.amazonaws.com.cn"))
    #expect(
      access(["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/a"]).credentials
        == .container(address: "http://169.254.170.2/v2/a", token: nil, tokenFile: nil))
    let pod = [
      "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials",
      "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/t",
    ]
    #expect(
      access(pod).credentials
        == .container(
          address: "http://169.254.170.23/v1/credentials", token: nil, tokenFile: "/t"))
    #expect(access([:]).credentials == .machine(address: "http://169.254.169.254"))
  }

  @Test(arguments: ["http://evil.example/", "http://127.0.0.1.evil.example/", "ftp://127.0.0.1/"])
  func `tells its tokens to no server in the clear`(_ address: String) {
    #expect(
      access(["AWS_CONTAINER_CREDENTIALS_FULL_URI": address]).credentials
        == .none(
          reason: "AWS_CONTAINER_CREDENTIALS_FULL_URI names a server that is neither near nor https"
        ))
  }

  @Test func `is closed where there is nothing`() {
    #expect(
      access(["AWS_EC2_METADATA_DISABLED": "true", "AWS_PROFILE": ""]).credentials
        == .none(
          reason: "no variables, no profile, no role, and AWS_EC2_METADATA_DISABLED is set"))
  }
}
