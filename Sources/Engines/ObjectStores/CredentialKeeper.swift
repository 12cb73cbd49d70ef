import Foundation
import Synchronization

/// Has credentials ready, and fetches others before they end.
final class CredentialKeeper: Sendable {
  private let source: CredentialSource
  private let client: HTTPClient
  private let means: StoreMeans
  private let kept = Mutex<Credentials?>(nil)
  /// Seconds before their end at which others are fetched.
  private static let margin = 300.0

  init(_ source: CredentialSource, _ client: HTTPClient, _ means: StoreMeans) {
    self.source = source
    self.client = client
    self.means = means
  }

  /// Those that hold now.
  ///
  /// One thread fetches, others wait for it.
  func current() throws(ObjectStoreError) -> Credentials {
    if case .given(let credentials) = source { return credentials }
    return try kept.withLock { (kept) throws(ObjectStoreError) in
      if let known = kept, known.end.map({ means.now() < $0 - Self.margin }) ?? true {
        return known
      }
      let fetched = try fetch()
      kept = fetched
      return fetched
    }
  }

  /// Has others fetched the next time.
  ///
  /// - Returns: Whether there may be any.
  func forget() -> Bool {
    if source.isRenewable { kept.withLock { $0 = nil } }
    return source.isRenewable
  }

  private func fetch() throws(ObjectStoreError) -> Credentials {
    switch source {
    case .given(let credentials): return credentials
    case .none(let reason): throw .noCredentials(reason: reason)
    case .container(let address, let token, let tokenFile):
      var headers: [(name: String, value: String)] = []
      if let token = try tokenFile.map(Self.token) ?? token {
        headers.append(("Authorization", token))
      }
      let said = try ask("GET", address, headers, near: true, from: "the container's service")
      return try Self.read(said, from: "the container's service")
    case .machine(let address): return try fetchOfMachine(address)
    case .webIdentity(let tokenFile, let role, let session, let address):
      return try fetch(for: Self.token(in: tokenFile), as: role, session, from: address)
    }
  }

  /// The second version of the machine's service, which wants a token of its own to be fetched first.
  private func fetchOfMachine(_ address: String) throws(ObjectStoreError) -> Credentials {
    let name = "the machine's metadata service"
    let limit = [(name: "X-aws-ec2-metadata-token-ttl-seconds", value: "300")]
    let token = try ask("PUT", address + "/latest/api/token", limit, near: true, from: name)
    let headers = [
      (name: "X-aws-ec2-metadata-token", value: String(decoding: token, as: UTF8.self))
    ]
    let list = address + "/latest/meta-data/iam/security-credentials/"
    let roles = try ask("GET", list, headers, near: true, from: name)
    let role = String(decoding: roles, as: UTF8.self).split(separator: "\n").first.map(String.init)
    guard let role else { throw .noCredentials(reason: "the machine has no role") }
    let said = try ask("GET", list + role.percentEncoded(), headers, near: true, from: name)
    return try Self.read(said, from: name)
  }

  private func fetch(
    for token: String, as role: String, _ session: String, from address: String
  ) throws(ObjectStoreError) -> Credentials {
    let name = "the security token service"
    let form = [
      ("Action", "AssumeRoleWithWebIdentity"), ("Version", "2011-06-15"), ("RoleArn", role),
      ("RoleSessionName", session), ("WebIdentityToken", token),
    ].map { "\($0.0)=\($0.1.percentEncoded())" }.joined(separator: "&")
    let said = XMLText(
      try ask(
        "POST", address, [("Content-Type", "application/x-www-form-urlencoded")],
        body: .bytes(Array(form.utf8)), from: name))
    guard let key = said["AccessKeyId"], let secret = said["SecretAccessKey"] else {
      throw .noCredentials(reason: "\(name) gave none")
    }
    return Credentials(
      keyName: key, secret: secret, sessionToken: said["SessionToken"],
      end: Self.seconds(said["Expiration"]))
  }

  /// Asks a service, up to three times.
  private func ask(
    _ method: String, _ address: String, _ headers: [(name: String, value: String)],
    body: HTTPRequest.Body = .none, near: Bool = false, from name: String
  ) throws(ObjectStoreError) -> [UInt8] {
    var request = HTTPRequest(method: method, address: address, headers: headers, body: body)
    // A machine without such a service may not answer at all.
    request.connectSeconds = near ? 1 : 10
    request.stallSeconds = 10
    request.isNear = near
    var reason = ""
    for attempt in 1...3 {
      if attempt > 1 { means.pause(Patience().pause(before: attempt, chance: means.chance())) }
      do throws(HTTPFault) {
        let answer = try client.answer(to: request)
        if answer.isGood { return answer.body }
        reason = "\(name) answers with status \(answer.status)"
        if answer.status < 500 && answer.status != 429 { break }
      } catch {
        reason = "\(name) does not answer: \(ObjectStore.words(of: error))"
      }
    }
    throw .noCredentials(reason: reason)
  }

  private static func token(in file: String) throws(ObjectStoreError) -> String {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw .noCredentials(reason: "the token file '\(file)' cannot be read")
    }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// The form in which services of machines and containers tell them.
  private struct Told: Decodable {
    var AccessKeyId: String
    var SecretAccessKey: String
    var Token: String?
    var Expiration: String?
  }

  private static func read(
    _ bytes: [UInt8], from name: String
  ) throws(ObjectStoreError) -> Credentials {
    guard let told = try? JSONDecoder().decode(Told.self, from: Data(bytes)) else {
      throw .noCredentials(reason: "\(name) gave none")
    }
    return Credentials(
      keyName: told.AccessKeyId, secret: told.SecretAccessKey, sessionToken: told.Token,
      end: seconds(told.Expiration))
  }

  private static func seconds(_ time: String?) -> Double? {
    time.flatMap { try? Date($0, strategy: .iso8601) }?.timeIntervalSince1970
  }
}
