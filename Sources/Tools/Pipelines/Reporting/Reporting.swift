public import Foundation

/// The report of a run, written anew: what `mapwright report` does.
public struct Reporting {
  /// Where the page was written.
  public let path: String

  /// Writes the page of a finished run.
  ///
  /// - Parameters:
  ///   - folder: The run's.
  ///   - evaluation: A folder that `mapwright evaluate` wrote; its findings are told, too.
  ///   - path: Where the page is written; `report.html` in the run's folder when nil.
  /// - Throws: ``RunError``, ``InputError/cannotRead(path:reason:)``.
  public init(of folder: RunFolder, evaluation: URL? = nil, to path: String? = nil) throws {
    try OutsideLibraries.start()
    guard let record = try RunRecord.read(in: folder) else {
      throw RunError.notARun(folder: folder.path)
    }
    guard record.state != .unfinished else { throw RunError.unfinished(folder: folder.path) }
    let plan = try RunPlan.read(in: folder)
    let result = try MapResult(of: folder, plan: plan, warnings: [], isNew: false)
    let target = path.map { URL(fileURLWithPath: $0) } ?? folder.page
    let facts = try ReportFacts(
      result, plan: plan, record: record, in: folder, evaluation: evaluation)
    try folder.write(Data(ReportPage(facts).html.utf8), to: target)
    self.path = target.path
  }
}
