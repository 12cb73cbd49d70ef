import GeoFiles
import ShardStores

/// What a user asks for: a pipeline, and what the command line changes of it.
public struct MapRequest: Sendable {
  /// The pipeline file.
  public var pipeline: String
  /// The pipeline's text, where there is no file; paths in it are relative to the current folder.
  var text: String?
  /// A model that replaces the pipeline's, relative to the current folder.
  var model: String?
  /// Scenes that replace the pipeline's, as typed: relative to the current folder.
  public var scenes: [String] = []
  /// A reference system whose grid replaces the pipeline's; `auto` chooses one.
  public var grid: String?
  /// A region that replaces the pipeline's, relative to the current folder.
  public var region: String?
  /// Whether rasters end at the region's border; nil leaves it to the pipeline.
  public var clipsToRegion: Bool?
  /// The run's folder; nil means `runs/<name>`.
  public var folder: String?
  /// Where the queue's database and locks are kept; nil means in the run's folder.
  public var stateFolder: String?
  /// Worker processes; nil leaves it to the pipeline, and then to the machine.
  public var workers: Int?
  /// The memory that all processes together may take, in bytes; nil leaves it to the pipeline.
  ///
  /// No result depends on it.
  public var memory: Int?
  /// Whether scenes that cannot be read are left out, instead of keeping the run from beginning.
  public var skipsBadScenes = false
  /// What workers compute with; nil leaves it to the machine.
  ///
  /// No result depends on it.
  public var instructionSet: String?
  /// What a trial found fastest, for what the pipeline leaves `auto`.
  var fastest: Trial.Row?
  /// Whether engines and splits are tried first, and the fastest is taken where the pipeline says `auto`.
  public var tries = false
  /// How long a worker may finish what it does when the run is stopped; nil leaves it to the pipeline.
  public var grace: Duration?
  /// What may differ from the run in the folder.
  public var accepts: Set<AcceptedChange> = []
  /// Whether shards that were set aside are tried again.
  public var retriesSetAside = false
  /// Whether files may be read that are not on this machine, whoever names them.
  public var allowsRemote = false
  /// Whether scenes may differ from the model's pixel size by more than 20 %.
  public var acceptsResolution = false
  /// Whether a run that lies in the folder is deleted.
  public var beginsAnew = false
  /// Hands shards out as if by lot, by this seed; no result depends on it.
  public var shuffle: UInt32?
  /// Whether to hand shards out from the last to the first; no result depends on it.
  public var isBackwards = false
  /// Whether to show no progress.
  public var isQuiet = false
  /// Whether standard error is a terminal.
  public var isTerminal = false

  /// Asks for a pipeline as its file says.
  public init(pipeline: String) { self.pipeline = pipeline }

  /// Whether files may be read that are not on this machine: the user says so, or has named one.
  var reachesOut: Bool { allowsRemote || scenes.contains(where: RemotePath.isRemote) }

  /// In which order shards are handed out.
  var order: LeaseOrder {
    shuffle.map(LeaseOrder.shuffled) ?? (isBackwards ? .descending : .heaviestFirst)
  }
}
