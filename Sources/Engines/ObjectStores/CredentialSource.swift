/// Where credentials come from.
public enum CredentialSource: Hashable, Sendable {
  /// They were given: by the environment, or by a file of the user's.
  case given(Credentials)
  /// The container's own service tells them (ECS, AWS Batch, EKS Pod Identity).
  ///
  /// - Parameters:
  ///   - address: The service's address.
  ///   - token: What it wants to see, if anything.
  ///   - tokenFile: The file that holds that, read each time, since it changes.
  case container(address: String, token: String?, tokenFile: String?)
  /// A service of the machine's tells them (EC2).
  ///
  /// - Parameter address: The service's address, `http://169.254.169.254` everywhere but in tests.
  case machine(address: String)
  /// A token in a file is changed for them (EKS and others that vouch for a workload).
  ///
  /// - Parameters:
  ///   - tokenFile: The token.
  ///   - role: The role's name (ARN).
  ///   - session: The session's name.
  ///   - address: The address of the security token service.
  case webIdentity(tokenFile: String, role: String, session: String, address: String)
  /// There are none.
  ///
  /// - Parameter reason: What is missing, in words.
  case none(reason: String)

  /// Whether asking again may give others.
  var isRenewable: Bool {
    switch self {
    case .given, .none: false
    case .container, .machine, .webIdentity: true
    }
  }
}
