/// What can go wrong between Mapwright and an object store.
///
/// Objects are named as people do, `s3://bucket/name`. No case holds anything that requests are signed
/// with: what stores and libraries say is cleared of it.
public enum ObjectStoreError: Error, Hashable, Sendable {
  /// The endpoint is not the address of a server.
  case badEndpoint
  /// There is nothing to sign with.
  case noCredentials(reason: String)
  /// The bucket does not exist, or no longer.
  case noBucket(bucket: String, site: String)
  /// The store knows who asks, or does not, and refuses.
  case denied(object: String, reason: String)
  /// The clocks of this machine and of the store differ too much for signatures.
  case clocksDiffer(object: String, reason: String)
  /// The store was asked again and again, and there was no answer.
  case unreachable(object: String, site: String, attempts: Int, reason: String)
  /// The store was asked again and again, and failed each time.
  case failing(object: String, attempts: Int, reason: String)
  /// The store understands, and does not do it.
  case refused(object: String, reason: String)
  /// A file is too large for one request.
  case tooLarge(path: String, count: Int)
  /// What has arrived is not what was sent.
  case differs(object: String, reason: String)
  /// The store replaces what it was asked only to create.
  case replaces(place: String, reason: String)
  /// A file cannot be read that was to be sent.
  case cannotRead(path: String, reason: String)
  /// A file cannot be written that was fetched.
  case cannotKeep(path: String, reason: String)
}

extension ObjectStoreError: CustomStringConvertible {
  /// What could not be done, the cause, and what to do next.
  public var description: String {
    switch self {
    case .badEndpoint, .noCredentials, .noBucket, .denied, .clocksDiffer: accessWords
    case .unreachable, .failing, .refused, .replaces: storeWords
    case .tooLarge, .differs, .cannotRead, .cannotKeep: fileWords
    }
  }

  private var accessWords: String {
    switch self {
    case .badEndpoint:
      """
      cannot use the object store's endpoint
        it is not of the form https://host or http://host:port
        correct AWS_ENDPOINT_URL (or AWS_S3_ENDPOINT, or `endpoint_url` of the profile)
      """
    case .noCredentials(let reason):
      """
      cannot sign requests to the object store
        no credentials: \(reason)
        set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run where a role is given
      """
    case .noBucket(let bucket, let site):
      """
      cannot find bucket '\(bucket)'
        the store at \(site) says: NoSuchBucket
        create it, or correct its name, the region (AWS_REGION) or the endpoint (AWS_ENDPOINT_URL)
      """
    case .denied(let object, let reason):
      """
      access to '\(object)' is denied
        the store says: \(reason)
        see that the credentials are the right ones, and may list, read, write and delete there
      """
    case .clocksDiffer(let object, let reason):
      """
      cannot sign requests for '\(object)': this machine's clock is wrong
        the store says: \(reason)
        set the clock (NTP), then run the same command again
      """
    default: ""
    }
  }

  private var storeWords: String {
    switch self {
    case .unreachable(let object, let site, let attempts, let reason):
      """
      cannot reach the store of '\(object)' at \(site), after \(attempts) attempts
        libcurl says: \(reason)
        check the network, AWS_ENDPOINT_URL and AWS_REGION, then run the same command again
      """
    case .failing(let object, let attempts, let reason):
      """
      gave up on '\(object)' after \(attempts) attempts
        the store says: \(reason)
        run the same command again when the store does better; what is done stays done
      """
    case .refused(let object, let reason):
      """
      the store refuses what was asked for '\(object)'
        it says: \(reason)
        see that it speaks Amazon's S3, and that bucket, region and endpoint belong together
      """
    case .replaces(let place, let reason):
      """
      cannot keep a job in '\(place)'
        the store replaces what it was asked only to create: \(reason)
        take a store that honours `If-None-Match: *`, as Amazon S3, MinIO and Ceph do, or a shared folder
      """
    default: ""
    }
  }

  private var fileWords: String {
    switch self {
    case .tooLarge(let path, let count):
      """
      cannot send '\(path)' to the object store
        it has \(count) bytes, and one request carries 5000000000
        make shards smaller (`tiling: {shard_px}`), or keep the job in a shared folder
      """
    case .differs(let object, let reason):
      """
      cannot trust '\(object)'
        \(reason)
        run the same command again; if it comes back, delete the object: what made it makes it again
      """
    case .cannotRead(let path, let reason):
      """
      cannot send '\(path)'
        the system says: \(reason)
        check that it is a file that you may read, and that nobody is changing it
      """
    case .cannotKeep(let path, let reason):
      """
      cannot write '\(path)'
        the system says: \(reason)
        see that the folder exists, that it can be written to, and that its disk has space
      """
    default: ""
    }
  }
}
