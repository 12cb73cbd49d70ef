public import Pipelines

#if View
  import Foundation
  import Glibc
  import HTTPTypes
  import Hummingbird
  import Logging
  import NIOCore
  import Synchronization

  /// Serves a run to browsers, with Hummingbird.
  public struct ViewServer: Sendable {
    private let settings: ViewSettings
    private let desk: ViewDesk

    /// So many connections are served at a time; the others wait in the kernel's queue.
    private static let mostConnections = 512
    /// Whoever has not sent a whole head by then is no browser.
    private static let patience = TimeAmount.seconds(10)

    /// Opens a run.
    ///
    /// - Throws: ``ViewError``, and what keeps the run from being read.
    public init(of folder: RunFolder, _ settings: ViewSettings) throws {
      var settings = settings
      settings.port = try settings.checkedPort()
      self.settings = settings
      desk = try ViewDesk(
        of: folder,
        gate: Gate(token: settings.token, isLocal: settings.isLocal, port: settings.port),
        cacheLimit: settings.cacheLimit,
        threads: min(4, max(1, ProcessInfo.processInfo.activeProcessorCount)))
    }

    /// Serves until a signal comes.
    ///
    /// - Parameter isOpen: Called with the address to open, as soon as it answers.
    /// - Throws: ``ViewError/cannotListen(address:reason:)``.
    public func run(isOpen: @escaping @Sendable (_ address: String) -> Void) async throws {
      // Whoever closes a page while it is being written is no reason to end. A signal is: there is
      // nothing to finish, and pages that listen would keep a patient server for ever.
      signal(SIGPIPE, SIG_IGN)
      EndOnSignal.atOnce()
      desk.warmUp()
      let (desk, address) = (desk, settings.address)
      var application = Application(
        responder: CallbackResponder { (request: Request, _: BasicRequestContext) in
          await Self.response(to: request, by: desk)
        },
        server: .http1(
          configuration: .init(
            idleTimeout: Self.patience,
            httpDecoderConfiguration: .init(
              maxHeaderFieldSize: 8192, maxHeaderListSize: 16_384, maxHeaderFieldCount: 64))),
        configuration: .init(
          address: .hostname(settings.host, port: settings.port), backlog: 4096,
          availableConnectionsDelegate: .maximum(
            Self.mostConnections, logger: Self.silence)),
        onServerRunning: { _ in isOpen(address) }, logger: Self.silence)
      application.logger = Self.silence
      do { try await application.run() } catch let error as IOError {
        throw ViewError.cannotListen(
          address: "\(settings.host):\(settings.port)",
          reason: String(cString: strerror(error.errnoCode)))
      }
    }

    private static let silence: Logger = {
      var logger = Logger(label: "view") { _ in SwiftLogNoOpLogHandler() }
      logger.logLevel = .critical
      return logger
    }()

    private static func response(to request: Request, by desk: ViewDesk) async -> Response {
      var fields: [String: String] = [:]
      for field in request.headers { fields[field.name.canonicalName] = field.value }
      if let host = request.head.authority { fields["host"] = host }
      let answer = await desk.answer(
        ViewRequest(
          method: request.method.rawValue, path: request.uri.path, query: request.uri.query ?? "",
          fields: fields))
      var headers = HTTPFields()
      for field in answer.fields {
        if let name = HTTPField.Name(field.name) { headers[name] = field.value }
      }
      let status = HTTPResponse.Status(code: answer.status)
      switch answer.body {
      case .bytes(let bytes):
        let isSent = request.method != .head && answer.status != 304
        return Response(
          status: status, headers: headers,
          body: isSent ? ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)) : ResponseBody())
      case .stream(let stream):
        return Response(
          status: status, headers: headers,
          body: ResponseBody { writer in
            for await text in stream { try await writer.write(ByteBuffer(string: text)) }
            try await writer.finish(nil)
          })
      }
    }
  }
#else
  /// Stands for the server where it was not built.
  public struct ViewServer: Sendable {
    /// Says that there is none.
    ///
    /// - Throws: ``ViewError/notBuilt``.
    public init(of folder: RunFolder, _ settings: ViewSettings) throws { throw ViewError.notBuilt }

    /// Never called.
    public func run(isOpen: @escaping @Sendable (_ address: String) -> Void) async throws {}
  }
#endif
