import Foundation

/// What Kubernetes is given for a job: an Indexed Job for its slices, and a Job for what joins them.
struct KubernetesFiles {
  let job: ContainerJob

  /// A Job has so many indexes at most with as many at a time as one likes.
  static let limits = ContainerJob.Limits(
    scheduler: "Kubernetes", array: "a Job of Kubernetes", slices: 100_000, takesClaims: true)

  /// The files, those to be read first first.
  var files: [SubmissionFile] {
    let finalize =
      job.request.map.map { [SubmissionFile(name: "finalize.yaml", text: finalizeJob(map: $0))] }
      ?? []
    return [SubmissionFile(name: "slices.yaml", text: sliceJob)] + finalize
      + [SubmissionFile(name: "submit.sh", text: submit)]
  }

  private var sliceJob: String {
    Template(text: Self.slicesText).filled(with: [
      "name": "\(job.name)-slices", "instance": job.name.jsonText,
      "namespace": job.request.namespace?.jsonText, "slices": "\(job.slices)",
      "concurrency": "\(min(job.slices, job.request.concurrency ?? Self.usualConcurrency))",
      "pod": pod(
        "slice",
        words: [
          "run-slice", "--job", job.place, "--of", "\(job.slices)", "--workers",
          "\(job.needs.workers)", "--scratch", "/scratch",
        ], needs: job.needs),
    ])
  }

  private func finalizeJob(map: String) -> String {
    Template(text: Self.finalizeText).filled(with: [
      "name": "\(job.name)-finalize", "instance": job.name.jsonText,
      "namespace": job.request.namespace?.jsonText,
      "pod": pod(
        "finalize",
        words: job.finalizeWords(map: map), needs: job.joining),
    ])
  }

  private var submit: String {
    let namespace = job.request.namespace.map { " --namespace=\($0.shellWord)" } ?? ""
    let then = Template(text: Self.thenText).filled(with: [
      "namespace": namespace, "slices": "\(job.name)-slices", "finalize": "\(job.name)-finalize",
    ])
    return Template(text: Self.submitText).filled(with: [
      "namespace": namespace, "then": job.request.map == nil ? nil : then,
    ])
  }

  /// Slices at a time where nobody said how many: a cluster that has room for fewer lets pods wait.
  static let usualConcurrency = 100

  /// The lines of a pod, indented as far as they stand in a Job.
  private func pod(_ container: String, words: [String], needs: SliceNeeds) -> String {
    let environment = job.environment.map {
      "            - {name: \($0.name.jsonText), value: \($0.value.containerWord)}"
    }
    let claims = job.mounts.enumerated().map { number, mount in
      (
        "            - {name: shared-\(number), mountPath: \(mount.path.jsonText)}",
        """
                - name: shared-\(number)
                  persistentVolumeClaim: {claimName: \((mount.claim ?? "").jsonText)}
        """
      )
    }
    return Template(text: Self.podText).filled(with: [
      "account": job.request.serviceAccount?.jsonText, "container": container,
      "image": job.image.jsonText,
      "words": job.command(words).map { "            - \($0.containerWord)" }
        .joined(separator: "\n"),
      "environment": environment.joined(separator: "\n"),
      "secret": job.request.secret.map {
        "          envFrom:\n            - secretRef: {name: \($0.jsonText)}"
      },
      "cores": "\(needs.cores)", "memory": "\(needs.mebibytes)",
      "disk": "\((needs.disk + 1_048_575) / 1_048_576)",
      "mounts": claims.isEmpty ? nil : claims.map(\.0).joined(separator: "\n"),
      "volumes": claims.isEmpty ? nil : claims.map(\.1).joined(separator: "\n"),
    ])
  }

  private static let slicesText = #"""
    # The slices of a job, as an Indexed Job. Written by `mapwright submit kubernetes`; change what you like.
    apiVersion: batch/v1
    kind: Job
    metadata:
      name: {{name}}
      namespace: {{namespace}}
      labels:
        app.kubernetes.io/name: mapwright
        app.kubernetes.io/instance: {{instance}}
    spec:
      completionMode: Indexed
      completions: {{slices}}
      parallelism: {{concurrency}}
      # A slice that fails begins again, so often, and keeps no other from being done.
      backoffLimitPerIndex: 5
      maxFailedIndexes: {{slices}}
      # Two pods of one slice do no harm, but the same work.
      podReplacementPolicy: Failed
      podFailurePolicy:
        rules:
          # A node that is drained, a pod that makes place for another: nobody's fault, and not counted.
          - action: Ignore
            onPodConditions:
              - {type: DisruptionTarget, status: "True"}
          # These would end so again: shards set aside (3), other bytes than before (6), a wrong command line
          # (64), pipeline or model (65) or input (66), an engine that is not there (69), a bug (70), another
          # job or other numbers (78). What stopped (75) or could not write (74) goes on.
          - action: FailIndex
            onExitCodes:
              operator: In
              values: [3, 6, 64, 65, 66, 69, 70, 78]
    {{pod}}

    """#

  private static let finalizeText = #"""
    # Looks whether every shard of a job is there, and makes the map. Written by `mapwright submit kubernetes`;
    # change what you like. Where shards are missing it says which slices are to run again, and ends with 75.
    apiVersion: batch/v1
    kind: Job
    metadata:
      name: {{name}}
      namespace: {{namespace}}
      labels:
        app.kubernetes.io/name: mapwright
        app.kubernetes.io/instance: {{instance}}
    spec:
      backoffLimit: 2
      podReplacementPolicy: Failed
      podFailurePolicy:
        rules:
          - action: Ignore
            onPodConditions:
              - {type: DisruptionTarget, status: "True"}
          # Nothing becomes better by itself: shards are missing (75), or what is said of slices.
          - action: FailJob
            onExitCodes:
              operator: In
              values: [3, 6, 64, 65, 66, 69, 70, 75, 78]
    {{pod}}

    """#

  private static let podText = #"""
      template:
        spec:
          restartPolicy: Never
          serviceAccountName: {{account}}
          # Time for what is in work to be finished or handed back.
          terminationGracePeriodSeconds: 60
          securityContext:
            runAsNonRoot: true
            runAsUser: 10001
            runAsGroup: 10001
            fsGroup: 10001
            seccompProfile: {type: RuntimeDefault}
          containers:
            - name: {{container}}
              image: {{image}}
              command:
    {{words}}
              env:
    {{environment}}
    {{secret}}
              resources:
                requests: {cpu: "{{cores}}", memory: "{{memory}}Mi", ephemeral-storage: "{{disk}}Mi"}
                limits: {cpu: "{{cores}}", memory: "{{memory}}Mi"}
              securityContext:
                allowPrivilegeEscalation: false
                readOnlyRootFilesystem: true
                capabilities: {drop: [ALL]}
              volumeMounts:
                - {name: scratch, mountPath: /scratch}
    {{mounts}}
          volumes:
            - name: scratch
              emptyDir: {}
    {{volumes}}
    """#

  private static let submitText = #"""
    #!/bin/sh
    # Creates the slices of a job, and when they have ended what makes the map of them. Run it again after
    # `kubectl delete job`: what is committed is not done again.
    set -eu
    cd "$(dirname "$0")"
    kubectl create{{namespace}} -f slices.yaml
    {{then}}

    """#

  private static let thenText = #"""
    until kubectl get job{{namespace}} {{slices}} \
      -o 'jsonpath={.status.conditions[?(@.status=="True")].type}' | grep -Eq 'Complete|Failed'; do
      sleep 20
    done
    kubectl create{{namespace}} -f finalize.yaml
    kubectl wait{{namespace}} --for=condition=Complete --timeout=-1s job/{{finalize}}
    """#
}
