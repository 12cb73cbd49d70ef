public import Pipelines

/// What can keep a run from being looked at.
public enum ViewError: Error, Hashable, Sendable {
  /// The program was built without the view.
  case notBuilt
  /// Leaflet, which draws the map, is not installed.
  case leafletMissing(folder: String)
  /// The port, or the address, cannot be listened on.
  case cannotListen(address: String, reason: String)
  /// Others could look at the run without being asked who they are.
  case tokenMissing(address: String)
  /// The command that tries again cannot be started.
  case cannotRetry(reason: String)
}

extension ViewError: CustomStringConvertible {
  /// What could not be done, the cause, and what to do next.
  public var description: String {
    switch self {
    case .notBuilt:
      """
      cannot show the run in a browser
        this mapwright was built without its web view, which few need and which takes minutes to build
        build it with `make view`, or look at `mapwright status --watch` and report.html
      """
    case .leafletMissing(let folder):
      """
      cannot show the map
        Leaflet, which draws it, is not in '\(folder)'
        install Debian's libjs-leaflet: `apt-get install libjs-leaflet`
      """
    case .cannotListen(let address, let reason):
      """
      cannot listen on \(address)
        the system says: \(reason)
        choose another port with `--port`; 0 takes one that is free
      """
    case .tokenMissing(let address):
      """
      cannot listen on \(address) without a token
        whoever reaches this machine there could look at the run
        name a token that only those know who may look: `--token`, at least 16 letters
      """
    case .cannotRetry(let reason):
      """
      cannot try again what was set aside
        \(reason)
        give the run's own command again, with `--retry-set-aside`
      """
    }
  }

  /// How the command ends.
  public var exitStatus: ExitStatus {
    switch self {
    case .notBuilt, .leafletMissing, .cannotListen: .unavailable
    case .tokenMissing: .usage
    case .cannotRetry: .cannotWrite
    }
  }
}
