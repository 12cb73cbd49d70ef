import Foundation
import Testing

@testable import Pipelines

@Suite struct `The place of a job` {
  @Test func `is a folder, or lies in a bucket`() throws {
    #expect(try JobPlace("/shared/job") == .folder("/shared/job"))
    #expect(try JobPlace("/shared/../job/") == .folder("/job"))
    #expect(try JobPlace("file:///shared/my%20job") == .folder("/shared/my job"))
    let here = FileManager.default.currentDirectoryPath
    #expect(try JobPlace("jobs/a") == .folder("\(here == "/" ? "" : here)/jobs/a"))
    #expect(try JobPlace("s3://maps/2026/a") == .bucket(name: "maps", prefix: "2026/a/"))
    #expect(try JobPlace("S3://maps") == .bucket(name: "maps", prefix: ""))
    #expect(try JobPlace("s3://maps/2026/a").words == "s3://maps/2026/a/")
  }

  @Test(arguments: [
    ("", "", "it is empty"),
    (
      "file://host/job", "file://host/job",
      "after `file://` it takes the path from the root: file:///shared/job"
    ),
    ("gs://bucket/a", "gs://…", "places are folders, `file:///…` or `s3://bucket/…`"),
    ("s3://ab/c", "s3://ab/c", "a bucket's name has three letters at least: s3://bucket/job"),
    ("s3://", "s3://", "a bucket's name has three letters at least: s3://bucket/job"),
  ])
  func `is nothing else`(text: String, words: String, reason: String) {
    #expect(throws: JobError.unknownPlace(words: words, reason: reason)) { try JobPlace(text) }
  }

  @Test(arguments: ["s3://KEY:SECRET@bucket/a", "s3://bucket/a?X-Amz-Signature=SECRET"])
  func `is never said with what it is signed with`(text: String) {
    let error = #expect(throws: JobError.self) { try JobPlace(text) }
    #expect(error.map { !"\($0)".contains("SECRET") } == true)
  }
}
