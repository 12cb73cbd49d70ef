import Checksums
import Footprints
import GeoFiles
import Grids
import Inference
import Mosaicking
import ObjectStores
import OpenVINONetworks
import Previews
import ShardStores
import Tensors
import Tiling

/// Which kind of failure an error is, for exit codes and for the queue.
public enum Failures {
  /// The exit code of an error; nil when it is none of ours.
  public static func exitStatus(of error: any Error) -> ExitStatus? {
    // Whatever the words for it are, a model that is too large stays too large.
    if let error = error as? NetworkError, case .needsMemory = error { return .unavailable }
    if case InputError.memoryTooSmall = error { return .unavailable }
    if SystemFault(behind: error) != nil { return .cannotWrite }
    return status(of: error)
  }

  private static func status(of error: any Error) -> ExitStatus? {
    switch error {
    case SpecificationError.cannotRead: .badInput
    case NetworkError.deviceMissing, is EngineError: .unavailable
    case is SpecificationError, is ResolutionError, is NetworkError: .badPipeline
    case let error as OpenVINOError: error.isAboutModel ? .badPipeline : .unavailable
    case let error as QuantizationError: error.exitStatus
    case let error as GridError:
      if case .notOnGrid = error { .badInput } else { .badPipeline }
    case is TilingError, is STACError, is InputError, is ProbabilityRasterError: .badInput
    case is EvaluationError: .usage
    case let error as SegmentationError:
      switch error {
      case .network(let cause): exitStatus(of: cause)
      case .pictureNotFinite, .notANumber: .badInput
      case .bandsDiffer, .scalingDoesNotFit, .channelsDiffer, .outputMissesCore,
        .softmaxOfOneChannel:
        .badPipeline
      }
    case let error as GeoFileError: error.isAboutWriting ? .cannotWrite : .badInput
    case MosaickingError.file(let error): error.isAboutWriting ? .cannotWrite : .badInput
    case MosaickingError.picture, MosaickingError.pixelsDiffer: .cannotWrite
    case is MosaickingError: .bug
    case let error as FootprintError:
      if case .cannotWriteFragment = error { .cannotWrite } else { .badInput }
    case ShardStoreError.unknownFormat: .refused
    case is ShardStoreError, is ChecksumError: .cannotWrite
    case let error as RunError: status(ofRun: error)
    case let error as ObjectStoreError: error.exitStatus
    case let error as JobError: error.exitStatus
    case let error as SubmissionError: error.exitStatus
    case let failure as WorkFailure: failure.status
    default: nil
    }
  }

  private static func status(ofRun error: RunError) -> ExitStatus {
    switch error {
    case .cannotWrite, .wroteWrongly, .outOfSpace, .needsSpace, .everythingFails,
      .networkFileSystem, .cannotStartWorker, .workersFail:
      .cannotWrite
    case .alreadyRunning, .workersStillLive: .stopped
    case .differentRun, .notDeletable, .notEmpty: .refused
    case .insideRun: .usage
    case .notARun, .unfinished, .cannotRead, .damaged, .scenesDiffer: .badInput
    case .stateElsewhere: .refused
    case .workersDie: .bug
    case .notDeterministic: .notDeterministic
    }
  }

  /// Whether an error is one of writing, or of reading back what was just written: a full or
  /// faulty disk, for which no shard is to blame.
  static func isAboutOutput(_ error: any Error) -> Bool {
    switch error {
    case RunError.outOfSpace, RunError.cannotWrite, RunError.wroteWrongly, is ChecksumError,
      is PNGError:
      true
    case let error as GeoFileError: error.isAboutWriting
    case MosaickingError.file(let error): error.isAboutWriting
    case MosaickingError.picture, MosaickingError.pixelsDiffer: true
    case FootprintError.cannotWriteFragment: true
    default: false
    }
  }
}

extension OpenVINOError {
  /// Whether the library is there, and the model is at fault.
  fileprivate var isAboutModel: Bool {
    switch self {
    case .notFound, .wrongVersion: false
    case .cannotRead, .notQuantized: true
    }
  }
}

extension GeoFileError {
  /// Whether the file was being made, not read.
  fileprivate var isAboutWriting: Bool {
    switch self {
    case .cannotCreate, .cannotWrite, .cannotClose, .wroteWrongly, .cannotLoad, .tableOfOthers: true
    default: false
    }
  }
}
