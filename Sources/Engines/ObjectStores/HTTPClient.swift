import CCurl
import Glibc
import Synchronization

/// Asks servers, one request a call; connections are kept for further calls of any thread.
final class HTTPClient: Sendable {
  /// A handle of libcurl's, which one thread at a time uses.
  private struct Handle: @unchecked Sendable {
    let curl: UnsafeMutableRawPointer
  }

  private let idle = Mutex<[Handle]>([])

  private static let isReady: Bool = curl_global_init(mw_curl_everything) == CURLE_OK

  deinit { idle.withLock { $0 }.forEach { curl_easy_cleanup($0.curl) } }

  /// Asks, and waits for the answer.
  func answer(to request: HTTPRequest) throws(HTTPFault) -> HTTPAnswer {
    guard Self.isReady, let handle = takeHandle() else {
      throw .final("libcurl cannot be started")
    }
    let exchange = try Exchange(request)
    var room = [CChar](repeating: 0, count: mw_curl_words_size)
    let (code, words) = room.withUnsafeMutableBufferPointer { room in
      let code = perform(request, exchange, on: handle.curl, room)
      let said = room.baseAddress.map { String(cString: $0) } ?? ""
      return (code, said.isEmpty ? String(cString: curl_easy_strerror(code)) : said)
    }
    curl_easy_reset(handle.curl)
    if code == CURLE_OK {
      idle.withLock { $0.append(handle) }
    } else {
      // What broke once is not used again.
      curl_easy_cleanup(handle.curl)
    }
    if let fault = exchange.localFault { throw fault }
    guard code == CURLE_OK else {
      throw Self.isPassing(code) ? .connection(words) : .final(words)
    }
    try exchange.finish(request)
    return HTTPAnswer(
      status: exchange.status, headers: exchange.headers, body: exchange.received)
  }

  private func takeHandle() -> Handle? {
    if let handle = idle.withLock({ $0.popLast() }) { return handle }
    return curl_easy_init().map(Handle.init)
  }

  private func perform(
    _ request: HTTPRequest, _ exchange: Exchange, on curl: UnsafeMutableRawPointer,
    _ words: UnsafeMutableBufferPointer<CChar>
  ) -> CURLcode {
    var list: UnsafeMutablePointer<curl_slist>?
    defer { curl_slist_free_all(list) }
    for header in request.headers {
      list = curl_slist_append(list, "\(header.name): \(header.value)")
    }
    Self.set(request, on: curl)
    _ = mw_curl_set_headers(curl, list)
    _ = mw_curl_set_pointer(curl, CURLOPT_ERRORBUFFER, words.baseAddress)
    let context = Unmanaged.passUnretained(exchange).toOpaque()
    Self.listen(on: curl, context)
    // The exchange must outlive the call, in which libcurl alone knows it.
    return withExtendedLifetime(exchange) { Self.withoutPipeSignal { curl_easy_perform(curl) } }
  }

  /// Makes a call in which a connection that has gone is the call's error, and no signal that ends the
  /// process: libcurl writes through OpenSSL, which writes as to a file.
  private static func withoutPipeSignal(_ call: () -> CURLcode) -> CURLcode {
    var pipe = sigset_t()
    sigemptyset(&pipe)
    sigaddset(&pipe, SIGPIPE)
    var before = sigset_t()
    pthread_sigmask(SIG_BLOCK, &pipe, &before)
    let code = call()
    var atOnce = timespec()
    while sigtimedwait(&pipe, nil, &atOnce) == SIGPIPE {}
    pthread_sigmask(SIG_SETMASK, &before, nil)
    return code
  }

  private static func set(_ request: HTTPRequest, on curl: UnsafeMutableRawPointer) {
    _ = mw_curl_set_text(curl, CURLOPT_URL, request.address)
    _ = mw_curl_set_text(curl, CURLOPT_PROTOCOLS_STR, "http,https")
    _ = mw_curl_set_number(curl, CURLOPT_NOSIGNAL, 1)
    _ = mw_curl_set_number(curl, CURLOPT_PATH_AS_IS, 1)
    _ = mw_curl_set_number(curl, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    _ = mw_curl_set_text(curl, CURLOPT_USERAGENT, "Mapwright")
    _ = mw_curl_set_number(curl, CURLOPT_CONNECTTIMEOUT, request.connectSeconds)
    _ = mw_curl_set_number(curl, CURLOPT_LOW_SPEED_LIMIT, 1000)
    _ = mw_curl_set_number(curl, CURLOPT_LOW_SPEED_TIME, request.stallSeconds)
    if let file = request.certificates { _ = mw_curl_set_text(curl, CURLOPT_CAINFO, file) }
    if request.isNear { _ = mw_curl_set_text(curl, CURLOPT_PROXY, "") }
    switch request.method {
    case "GET": break
    case "HEAD": _ = mw_curl_set_number(curl, CURLOPT_NOBODY, 1)
    case "PUT", "POST":
      _ = mw_curl_set_number(curl, CURLOPT_UPLOAD, 1)
      _ = mw_curl_set_size(curl, CURLOPT_INFILESIZE_LARGE, curl_off_t(request.body.count))
      if request.method != "PUT" {
        _ = mw_curl_set_text(curl, CURLOPT_CUSTOMREQUEST, request.method)
      }
    default: _ = mw_curl_set_text(curl, CURLOPT_CUSTOMREQUEST, request.method)
    }
  }

  private static func listen(on curl: UnsafeMutableRawPointer, _ context: UnsafeMutableRawPointer) {
    _ = mw_curl_set_bytes(curl, CURLOPT_READFUNCTION) { bytes, size, count, context in
      guard let bytes, let context else { return 0 }
      let room = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
      return Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue().give(room)
    }
    _ = mw_curl_set_pointer(curl, CURLOPT_READDATA, context)
    _ = mw_curl_set_seek(curl) { context, offset, origin in
      guard let context, origin == SEEK_SET else { return 1 }
      Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue().seek(to: Int(offset))
      return 0
    }
    _ = mw_curl_set_pointer(curl, CURLOPT_SEEKDATA, context)
    _ = mw_curl_set_bytes(curl, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      guard let bytes, let context else { return 0 }
      let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
      Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
        .hear(String(decoding: line, as: UTF8.self))
      return size * count
    }
    _ = mw_curl_set_pointer(curl, CURLOPT_HEADERDATA, context)
    _ = mw_curl_set_bytes(curl, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      guard let bytes, let context else { return 0 }
      let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
      let isKept = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue().take(piece)
      return isKept ? size * count : 0
    }
    _ = mw_curl_set_pointer(curl, CURLOPT_WRITEDATA, context)
  }

  /// Whether another attempt may do better.
  private static func isPassing(_ code: CURLcode) -> Bool {
    let passing = [
      CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT,
      CURLE_OPERATION_TIMEDOUT, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING,
      CURLE_PARTIAL_FILE, CURLE_UPLOAD_FAILED, CURLE_SSL_CONNECT_ERROR, CURLE_WEIRD_SERVER_REPLY,
      CURLE_BAD_CONTENT_ENCODING, CURLE_SEND_FAIL_REWIND, CURLE_AGAIN,
    ]
    return passing.contains(code)
  }
}
