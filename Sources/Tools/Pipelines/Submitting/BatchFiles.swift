import Foundation

/// What AWS Batch is given for a job: a definition and a submission for its slices, and the same for what
/// joins them.
struct BatchFiles {
  let job: ContainerJob

  /// An array job has so many children at most.
  static let limits = ContainerJob.Limits(
    scheduler: "AWS Batch", array: "an array of AWS Batch", slices: 10_000, takesClaims: false)

  /// The files, those to be read first first.
  var files: [SubmissionFile] {
    // An array has two children at least: a single slice is told its number.
    let alone = job.slices == 1 ? ["--index", "0"] : []
    let sliceWords =
      ["run-slice", "--job", job.place] + alone + [
        "--of", "\(job.slices)", "--workers", "\(job.needs.workers)", "--scratch", "/scratch",
      ]
    let finalize = job.request.map.map { map in
      [
        SubmissionFile(
          name: "finalize-definition.json",
          text: definition(
            "\(job.name)-finalize",
            job.finalizeWords(map: map), job.joining,
            attempts: 2, again: ["74"])),
        SubmissionFile(name: "finalize.json", text: submission("\(job.name)-finalize", array: nil)),
      ]
    }
    return [
      SubmissionFile(
        name: "slices-definition.json",
        text: definition(
          "\(job.name)-slices", sliceWords, job.needs, attempts: 5, again: ["74", "75"])),
      SubmissionFile(
        name: "slices.json",
        text: submission("\(job.name)-slices", array: job.slices == 1 ? nil : job.slices)),
    ] + (finalize ?? []) + [
      SubmissionFile(
        name: "submit.sh", text: Self.submitText + (finalize == nil ? "" : Self.thenText))
    ]
  }

  private func definition(
    _ name: String, _ words: [String], _ needs: SliceNeeds, attempts: Int, again: [String]
  ) -> String {
    let folders = job.mounts.enumerated().map { ("shared-\($0)", $1.path) }
    func lines(_ values: [String]) -> String {
      values.map { "      " + $0 }.joined(separator: ",\n")
    }
    return Template(text: Self.definitionText).filled(with: [
      "name": name.jsonText, "attempts": "\(attempts)",
      "again": again.map { "      {\"onExitCode\": \"\($0)\", \"action\": \"RETRY\"}," }
        .joined(separator: "\n"),
      "seconds": "\(max(60, needs.seconds))", "role": job.request.jobRole?.jsonText,
      "image": job.image.jsonText,
      "words": lines(job.command(words).map(\.containerWord)),
      "cores": "\(needs.cores)", "memory": "\(needs.mebibytes)",
      "environment": lines(
        job.environment.map {
          "{\"name\": \($0.name.jsonText), \"value\": \($0.value.jsonText)}"
        }),
      "mounts": lines(
        ([("scratch", "/scratch")] + folders).map {
          "{\"sourceVolume\": \"\($0)\", \"containerPath\": \($1.jsonText)}"
        }),
      "volumes": lines(
        [#"{"name": "scratch"}"#]
          + folders.map { "{\"name\": \"\($0)\", \"host\": {\"sourcePath\": \($1.jsonText)}}" }),
    ])
  }

  private func submission(_ name: String, array: Int?) -> String {
    Template(text: Self.submissionText).filled(with: [
      "name": name.jsonText, "queue": (job.request.queue ?? "mapwright").jsonText,
      "slices": array.map(String.init),
    ])
  }

  private static let definitionText = #"""
    {
      "jobDefinitionName": {{name}},
      "type": "container",
      "platformCapabilities": ["EC2"],
      "retryStrategy": {
        "attempts": {{attempts}},
        "evaluateOnExit": [
          {"onStatusReason": "Host EC2*", "action": "RETRY"},
    {{again}}
          {"onExitCode": "137", "action": "RETRY"},
          {"onReason": "*", "action": "EXIT"}
        ]
      },
      "timeout": {"attemptDurationSeconds": {{seconds}}},
      "containerProperties": {
        "jobRoleArn": {{role}},
        "image": {{image}},
        "command": [
    {{words}}
        ],
        "user": "10001:10001",
        "readonlyRootFilesystem": true,
        "resourceRequirements": [
          {"type": "VCPU", "value": "{{cores}}"},
          {"type": "MEMORY", "value": "{{memory}}"}
        ],
        "environment": [
    {{environment}}
        ],
        "mountPoints": [
    {{mounts}}
        ],
        "volumes": [
    {{volumes}}
        ]
      }
    }

    """#

  private static let submissionText = #"""
    {
      "jobName": {{name}},
      "jobQueue": {{queue}},
      "arrayProperties": {"size": {{slices}}},
      "jobDefinition": {{name}}
    }

    """#

  private static let submitText = #"""
    #!/bin/sh
    # Submits the slices of a job, and when they have ended what makes the map of them. Run it again: what is
    # committed is not done again.
    set -eu
    cd "$(dirname "$0")"
    aws batch register-job-definition --cli-input-json file://slices-definition.json >/dev/null
    slices=$(aws batch submit-job --cli-input-json file://slices.json --query jobId --output text)
    echo "slices $slices"

    """#

  private static let thenText = #"""
    # A job that depends on another fails with it. `finalize` is to run in any case, and says what is missing.
    state() { aws batch describe-jobs --jobs "$1" --query 'jobs[0].status' --output text; }
    until state "$slices" | grep -Eq 'SUCCEEDED|FAILED'; do sleep 60; done
    aws batch register-job-definition --cli-input-json file://finalize-definition.json >/dev/null
    finalize=$(aws batch submit-job --cli-input-json file://finalize.json --query jobId --output text)
    echo "finalize $finalize"

    """#
}
