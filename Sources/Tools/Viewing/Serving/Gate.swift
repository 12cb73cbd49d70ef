import Glibc

/// Who may ask for what.
///
/// A page of another host may have the browser ask this one, and may even have its name lead here (DNS
/// rebinding). So the host that is asked for must be an address or this machine's own name, the page
/// that asks must be ours, and whatever changes something needs a token, which only who started the
/// viewer knows. Beyond this machine everything needs it.
struct Gate: Sendable {
  /// What must be known.
  let token: String
  /// Whether only programs of this machine can ask.
  let isLocal: Bool
  /// The name of the cookie that holds the token; ports have no cookies of their own.
  let cookie: String

  /// Makes a gate.
  ///
  /// - Parameters:
  ///   - token: What whoever changes something must know.
  ///   - isLocal: Whether only programs of this machine can ask.
  ///   - port: The port.
  init(token: String, isLocal: Bool, port: Int) {
    (self.token, self.isLocal) = (token, isLocal)
    cookie = "mapwright-\(port)"
  }

  /// What keeps a request out; nil for nothing.
  func refusal(of request: ViewRequest) -> Answer? {
    guard let host = request.fields["host"], isOurs(host) else {
      return .words(
        421, "This is a view of a run. It answers to addresses and to localhost, to no other name.")
    }
    if let origin = request.fields["origin"], origin != "http://\(host)" {
      return .words(403, "Pages of others may not ask here.")
    }
    let site = request.fields["sec-fetch-site"] ?? "none"
    if !["none", "same-origin"].contains(site), request.path != "/" {
      return .words(403, "Pages of others may not ask here.")
    }
    if request.method == "POST" || !isLocal {
      guard knowsToken(request) else {
        return .words(
          401, "This needs the token: open the address that `mapwright view` has printed.")
      }
      if request.method == "POST", request.fields["origin"] == nil,
        request.fields["authorization"] == nil
      {
        return .words(403, "Only the view's own page, or who sends the token, may do this.")
      }
    }
    return nil
  }

  /// Whether a request knows the token.
  func knowsToken(_ request: ViewRequest) -> Bool {
    let bearer = request.fields["authorization"].flatMap {
      $0.hasPrefix("Bearer ") ? String($0.dropFirst(7)) : nil
    }
    let told = [bearer, request.cookie(cookie), request.parameter("token")]
    return told.contains { $0.map(isToken) ?? false }
  }

  /// Compares in a time that does not tell how much of it is right.
  private func isToken(_ told: String) -> Bool {
    let (mine, theirs) = (Array(token.utf8), Array(told.utf8))
    guard mine.count == theirs.count else { return false }
    return zip(mine, theirs).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }

  /// Whether a host is an address, or the name of this machine.
  private func isOurs(_ host: String) -> Bool {
    guard host.utf8.count <= 255 else { return false }
    let name: Substring
    if host.hasPrefix("[") {
      name = host.dropFirst().prefix { $0 != "]" }
    } else {
      name = host.prefix { $0 != ":" }
    }
    let lower = name.lowercased()
    if lower == "localhost" { return true }
    var address = in6_addr()
    if inet_pton(AF_INET, lower, &address) == 1 || inet_pton(AF_INET6, lower, &address) == 1 {
      // Locally, an address of another network would be one that somebody made up.
      return !isLocal || lower.hasPrefix("127.") || lower == "::1"
    }
    return !isLocal && lower == Self.machine
  }

  private static let machine: String = {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      .lowercased()
  }()
}
