/// What requests to a store are signed with.
///
/// Its parts are for signing only: it prints none of them.
public struct Credentials: Hashable, Sendable {
  /// The name of the key.
  public var keyName: String
  /// The secret key.
  public var secret: String
  /// What a session of limited time has besides.
  public var sessionToken: String?
  /// When they end, in seconds since 1970; nil where they do not.
  public var end: Double?

  /// Takes what somebody was given.
  public init(keyName: String, secret: String, sessionToken: String? = nil, end: Double? = nil) {
    self.keyName = keyName
    self.secret = secret
    self.sessionToken = sessionToken
    self.end = end
  }

  /// Words without any of it, whoever may have put it in.
  func removed(from words: String) -> String {
    [secret, sessionToken ?? "", keyName].filter { $0.count >= 4 }.reduce(words) {
      $0.replacing($1, with: "…")
    }
  }
}

extension Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// That they are some, and nothing of them.
  public var description: String { "credentials" }
  /// The same.
  public var debugDescription: String { description }
  /// The same: no parts.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
