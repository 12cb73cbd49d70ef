import Pipelines
import Testing

@testable import Viewing

@Suite struct `Who may ask for what` {
  private let gate = Gate(token: "a-token-of-length", isLocal: true, port: 8737)
  private let open = Gate(token: "a-token-of-length", isLocal: false, port: 80)

  private func status(_ gate: Gate, _ request: ViewRequest) -> Int {
    gate.refusal(of: request)?.status ?? 200
  }

  private func get(_ fields: [String: String], path: String = "/run.json") -> ViewRequest {
    ViewRequest(method: "GET", path: path, fields: fields)
  }

  @Test(arguments: [
    "127.0.0.1:8737", "localhost:8737", "LOCALHOST", "[::1]:8737", "127.9.9.9",
  ])
  func `this machine's own addresses are answered`(host: String) {
    #expect(status(gate, get(["host": host])) == 200)
  }

  @Test(arguments: ["evil.example", "evil.example:8737", "10.0.0.1", "127.0.0.1.evil.example", ""])
  func `another name that leads here is refused`(host: String) {
    #expect(status(gate, get(["host": host])) == 421)
  }

  @Test func `a request without a host is refused`() {
    #expect(status(gate, get([:])) == 421)
  }

  @Test func `a page of another host is refused`() {
    let host = "127.0.0.1:8737"
    #expect(status(gate, get(["host": host, "origin": "http://evil.example"])) == 403)
    #expect(status(gate, get(["host": host, "origin": "null"])) == 403)
    #expect(status(gate, get(["host": host, "origin": "http://127.0.0.1:9999"])) == 403)
    #expect(status(gate, get(["host": host, "sec-fetch-site": "cross-site"])) == 403)
    #expect(status(gate, get(["host": host, "origin": "http://\(host)"])) == 200)
  }

  @Test func `whatever changes something needs the token, and our own page`() {
    let host = ["host": "127.0.0.1:8737"]
    func post(_ fields: [String: String]) -> Int {
      status(
        gate,
        ViewRequest(method: "POST", path: "/retry", fields: host.merging(fields) { $1 }))
    }
    let cookie = ["cookie": "x=1; mapwright-8737=a-token-of-length"]
    let own = ["origin": "http://127.0.0.1:8737"]

    #expect(post([:]) == 401)
    #expect(post(own) == 401)
    #expect(post(["cookie": "mapwright-8737=a-token-of-lengtX"].merging(own) { $1 }) == 401)
    #expect(post(["cookie": "mapwright-1=a-token-of-length"].merging(own) { $1 }) == 401)
    #expect(post(cookie) == 403)
    #expect(post(cookie.merging(own) { $1 }) == 200)
    #expect(post(["authorization": "Bearer a-token-of-length"]) == 200)
    #expect(post(["authorization": "Bearer a-token"]) == 401)
  }

  @Test func `beyond this machine everything needs the token`() {
    #expect(status(open, get(["host": "192.168.1.5"])) == 401)
    #expect(
      status(open, get(["host": "192.168.1.5", "cookie": "mapwright-80=a-token-of-length"])) == 200)
    #expect(
      status(
        open, get(["host": "evil.example", "cookie": "mapwright-80=a-token-of-length"])) == 421)
  }

  @Test func `to listen beyond this machine without a token is refused in three lines`() {
    let error = #expect(throws: ViewError.self) {
      try ViewSettings(host: "0.0.0.0", port: 1, token: "short", cacheLimit: 0)
    }
    #expect(
      error.map(String.init(describing:)) == """
        cannot listen on 0.0.0.0 without a token
          whoever reaches this machine there could look at the run
          name a token that only those know who may look: `--token`, at least 16 letters
        """)
    #expect(error?.exitStatus == .usage)
  }
}
