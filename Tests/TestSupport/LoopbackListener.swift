import Foundation
import Glibc

/// Accepts connections on this machine's loopback, and has each answered on a thread of its own.
///
/// It listens until the process ends: whoever asks it knows its port alone, and does not hold it.
public final class LoopbackListener: Sendable {
  /// The port, chosen by the system.
  public let port: UInt16
  private let socket: Int32

  /// Listens at once.
  public init(_ answer: @escaping @Sendable (LoopbackConnection) -> Void) throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let socket = socket
    let status = withUnsafeMutablePointer(to: &place) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { place in
        bind(socket, place, length) | listen(socket, 256) | getsockname(socket, place, &length)
      }
    }
    guard socket >= 0, status == 0 else { throw CocoaError(.fileReadUnknown) }
    port = UInt16(bigEndian: place.sin_port)
    Thread.detachNewThread {
      while true {
        let client = accept(socket, nil, nil)
        if client < 0 { return }
        // A command that is started meanwhile would keep it open.
        _ = fcntl(client, F_SETFD, FD_CLOEXEC)
        Thread.detachNewThread { answer(LoopbackConnection(client)) }
      }
    }
  }

  /// A port that is free at the moment.
  public static func freePort() throws -> UInt16 {
    let listener = try LoopbackListener { $0.close() }
    shutdown(listener.socket, Int32(SHUT_RDWR))
    close(listener.socket)
    return listener.port
  }
}
