import Synchronization

extension ObjectStore {
  /// A request as it is meant, before it is signed.
  struct Call {
    var method: String
    /// The object's name; empty for the bucket.
    var name: String
    /// Encoded names and values.
    var query: [(name: String, value: String)] = []
    var headers: [(name: String, value: String)] = []
    var body = HTTPRequest.Body.none
    /// Of no bytes, where there is no body.
    var bodyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    var target: String?

    init(_ method: String, _ name: String) {
      self.method = method
      self.name = name
    }
  }

  /// The first answer that another attempt would not better.
  func answer(to call: Call) throws(ObjectStoreError) -> HTTPAnswer {
    let attempts = settings.patience.attempts
    var reason = ""
    var isAnswered = false
    var isRenewed = false
    for attempt in 1...max(1, attempts) {
      if attempt > 1 {
        means.pause(settings.patience.pause(before: attempt, chance: means.chance()))
      }
      let credentials = try keeper.current()
      let request = try request(call, credentials)
      do throws(HTTPFault) {
        let answer = try client.answer(to: request)
        let code = XMLText(answer.body)["Code"] ?? ""
        if hasMoved(answer) { continue }
        if !isRenewed, Self.spent.contains(code), keeper.forget() {
          isRenewed = true
          continue
        }
        guard Self.isPassing(answer, code) else { return answer }
        (isAnswered, reason) = (true, words(of: answer))
      } catch {
        guard case .connection = error else { throw final(error, call, credentials) }
        (isAnswered, reason) = (false, credentials.removed(from: Self.words(of: error)))
      }
    }
    let object = address(of: call.name)
    throw isAnswered
      ? .failing(object: object, attempts: attempts, reason: reason)
      : .unreachable(object: object, site: settings.site, attempts: attempts, reason: reason)
  }

  private func request(
    _ call: Call, _ credentials: Credentials
  ) throws(ObjectStoreError) -> HTTPRequest {
    let region = region.withLock { $0 }
    let place = try settings.address(region: region)
    let path = place.path + "/" + call.name.percentEncoded(keepsSlashes: true)
    let signature = RequestSignature(
      credentials: credentials, region: region, time: means.now(), means: means)
    let headers = signature.headers(
      call.method, host: place.host, path: path, query: call.query, headers: call.headers,
      bodyHash: call.bodyHash)
    let query = call.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    return HTTPRequest(
      method: call.method,
      address: place.scheme + place.host + path + (query.isEmpty ? "" : "?\(query)"),
      headers: headers, body: call.body, target: call.target,
      connectSeconds: settings.patience.connectSeconds,
      stallSeconds: settings.patience.stallSeconds, certificates: settings.certificates)
  }

  /// Whether the store has named another region for the bucket than it was asked in, which is taken then.
  private func hasMoved(_ answer: HTTPAnswer) -> Bool {
    guard [301, 307, 400].contains(answer.status) else { return false }
    let said = answer.headers["x-amz-bucket-region"] ?? XMLText(answer.body)["Region"]
    guard let said, said.wholeMatch(of: /[a-z0-9-]+/) != nil else { return false }
    return region.withLock { region in
      defer { region = said }
      return region != said
    }
  }

  /// Answers by which a store says that credentials of limited time have ended.
  private static let spent: Set<String> = ["ExpiredToken", "ExpiredTokenException", "InvalidToken"]

  /// Whether another attempt may do better.
  private static func isPassing(_ answer: HTTPAnswer, _ code: String) -> Bool {
    switch answer.status {
    // Two create the same object at once: by the next attempt it is there, or is not.
    case 409: code != "BucketAlreadyExists"
    case 408, 429, 500, 502, 503, 504: true
    // The body came too slowly, not whole, or with other bytes.
    case 400:
      [
        "RequestTimeout", "IncompleteBody", "BadDigest", "XAmzContentSHA256Mismatch",
        "XAmzContentChecksumMismatch",
      ].contains(code)
    default: false
    }
  }

  /// Whether an answer says that there is no such object, and not that there is no such bucket.
  func isMissing(_ answer: HTTPAnswer) -> Bool {
    answer.status == 404 && XMLText(answer.body)["Code"] != "NoSuchBucket"
  }

  /// The error for an answer that says no.
  func refusal(_ answer: HTTPAnswer, _ call: Call) -> ObjectStoreError {
    let object = address(of: call.name)
    let reason = words(of: answer)
    switch (answer.status, XMLText(answer.body)["Code"] ?? "") {
    case (_, "NoSuchBucket"): return .noBucket(bucket: settings.bucket, site: settings.site)
    case (_, "RequestTimeTooSkewed"): return .clocksDiffer(object: object, reason: reason)
    case (401, _), (403, _), (_, "ExpiredToken"), (_, "InvalidToken"):
      return .denied(object: object, reason: reason)
    case (501, _) where call.method == "PUT":
      return .replaces(place: object, reason: reason)
    default: return .refused(object: object, reason: reason)
    }
  }

  /// What the store says, on one line, without what the request was signed with.
  private func words(of answer: HTTPAnswer) -> String {
    let said = XMLText(answer.body)
    let told = [said["Code"], said["Message"]].compactMap { $0 }.joined(separator: ": ")
    let words = told.isEmpty ? "status \(answer.status)" : told
    let line = words.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(300)
    return (try? keeper.current())?.removed(from: String(line)) ?? String(line)
  }

  /// A fault in one line, in the words of who noticed it.
  static func words(of fault: HTTPFault) -> String {
    switch fault {
    case .connection(let words), .final(let words): words
    case .cannotRead(_, let reason), .cannotKeep(_, let reason): reason
    }
  }

  /// The error for a fault that no attempt would mend.
  private func final(
    _ fault: HTTPFault, _ call: Call, _ credentials: Credentials
  ) -> ObjectStoreError {
    switch fault {
    case .cannotRead(let path, let reason): .cannotRead(path: path, reason: reason)
    case .cannotKeep(let path, let reason): .cannotKeep(path: path, reason: reason)
    case .connection(let words), .final(let words):
      .unreachable(
        object: address(of: call.name), site: settings.site, attempts: 1,
        reason: credentials.removed(from: words))
    }
  }
}
