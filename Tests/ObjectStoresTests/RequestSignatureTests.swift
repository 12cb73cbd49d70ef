import Checksums
import Testing

@testable import ObjectStores

/// The examples are those of Amazon's "Signature Calculations for the Authorization Header", whose
/// signatures are given there.
@Suite struct `Signatures of requests` {
  private let signature = RequestSignature(
    credentials: Credentials(
      keyName: "AKIAIOSFODNN7EXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    region: "us-east-1", time: 1_369_353_600, means: StoreFixture().means)
  private let host = "examplebucket.s3.amazonaws.com"
  /// Of no bytes.
  private let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

  private func authorization(_ headers: [(name: String, value: String)]) -> String {
    headers.first { $0.name == "Authorization" }?.value ?? ""
  }

  @Test func `of a read are Amazon's`() {
    let headers = signature.headers(
      "GET", host: host, path: "/test.txt", query: [], headers: [("Range", "bytes=0-9")],
      bodyHash: empty)
    #expect(
      authorization(headers)
        == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
        + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
        + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
  }

  @Test func `of a write, with its body and a name that is encoded, are Amazon's`() {
    let body = "Welcome to Amazon S3."
    let headers = signature.headers(
      "PUT", host: host, path: "/" + "test$file.text".percentEncoded(keepsSlashes: true), query: [],
      headers: [
        ("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
      ], bodyHash: ContentHash(of: Array(body.utf8).span).description)
    #expect(
      authorization(headers).hasSuffix(
        "Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"))
  }

  @Test(arguments: [
    ([("lifecycle", "")], "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
    (
      [("prefix", "J"), ("max-keys", "2")],
      "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
    ),
  ])
  func `of a query are Amazon's, in whichever order it is given`(
    _ query: [(String, String)], _ wanted: String
  ) {
    let headers = signature.headers(
      "GET", host: host, path: "/", query: query.map { (name: $0.0, value: $0.1) }, headers: [],
      bodyHash: empty)
    #expect(authorization(headers).hasSuffix("Signature=\(wanted)"))
  }

  @Test func `cover the session's token`() {
    var signature = signature
    signature.credentials.sessionToken = "token"
    let headers = signature.headers(
      "GET", host: host, path: "/", query: [], headers: [], bodyHash: empty)
    #expect(headers.contains { $0 == ("x-amz-security-token", "token") })
    #expect(authorization(headers).contains(";x-amz-date;x-amz-security-token,"))
  }

  @Test func `have times as the calendar has them`() {
    #expect(RequestSignature.stamp(0) == "19700101T000000Z")
    #expect(RequestSignature.stamp(1_709_210_096.9) == "20240229T123456Z")
  }

  @Test func `name what is encoded byte by byte`() {
    #expect("a/b c+ü~.txt".percentEncoded() == "a%2Fb%20c%2B%C3%BC~.txt")
    #expect("a/b\n".percentEncoded(keepsSlashes: true) == "a/b%0A")
  }
}
