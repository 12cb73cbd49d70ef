/// What runs slices on many machines.
public enum Scheduler: String, CaseIterable, Sendable, Codable {
  /// Slurm's job arrays.
  case slurm
  /// Kubernetes' Indexed Jobs.
  case kubernetes
  /// AWS Batch's array jobs.
  case awsBatch = "aws-batch"
}
