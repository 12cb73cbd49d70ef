import Foundation
import Glibc

/// Where a run is served, and to whom.
public struct ViewSettings: Sendable {
  /// The address to listen on.
  public var host: String
  /// The port; 0 for any that is free.
  public var port: Int
  /// What whoever changes something must know.
  public var token: String
  /// How many bytes of tiles are kept in the run's folder.
  public var cacheLimit: Int

  /// Describes a server.
  ///
  /// - Parameters:
  ///   - host: The address to listen on; nil for this machine alone.
  ///   - token: What must be known; nil makes one up, which is lawful for this machine alone.
  /// - Throws: ``ViewError/tokenMissing(address:)``.
  public init(host: String?, port: Int, token: String?, cacheLimit: Int) throws(ViewError) {
    self.host = host ?? "127.0.0.1"
    (self.port, self.cacheLimit) = (port, cacheLimit)
    self.token = token ?? Self.freshToken()
    guard isLocal || (token?.utf8.count ?? 0) >= 16 else {
      throw .tokenMissing(address: self.host)
    }
  }

  /// Whether only programs of this machine can reach it.
  public var isLocal: Bool {
    host == "localhost" || host == "::1" || host.hasPrefix("127.")
  }

  /// What to open in a browser.
  var address: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return "http://\(name):\(port)/?token=\(token)"
  }

  /// The port; a free one where any will do.
  ///
  /// - Throws: ``ViewError/cannotListen(address:reason:)``.
  func checkedPort() throws(ViewError) -> Int {
    let isIPv6 = host.contains(":")
    let socket = Glibc.socket(isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard socket >= 0 else { throw failure(errno) }
    defer { close(socket) }
    var yes: Int32 = 1
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    guard port == 0 || !isIPv6, !isIPv6 else { return port }
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = in_port_t(UInt16(port).bigEndian)
    guard inet_pton(AF_INET, host == "localhost" ? "127.0.0.1" : host, &place.sin_addr) == 1 else {
      return port
    }
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &place) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(socket, address, length) == 0 && getsockname(socket, address, &length) == 0
          ? 0 : errno
      }
    }
    guard status == 0 else { throw failure(status) }
    return Int(UInt16(bigEndian: place.sin_port))
  }

  private func failure(_ code: Int32) -> ViewError {
    .cannotListen(address: "\(host):\(port)", reason: String(cString: strerror(code)))
  }

  private static func freshToken() -> String {
    var generator = SystemRandomNumberGenerator()
    let words = (0..<2).map { _ in String(generator.next(), radix: 36) }
    return String((words.joined() + "0000000000000000").prefix(24))
  }
}
