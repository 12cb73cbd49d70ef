#!/bin/sh
# Submits the slices of a job, and when they have ended what makes the map of them. Run it again: what is
# committed is not done again.
set -eu
cd "$(dirname "$0")"
aws batch register-job-definition --cli-input-json file://slices-definition.json >/dev/null
slices=$(aws batch submit-job --cli-input-json file://slices.json --query jobId --output text)
echo "slices $slices"
# A job that depends on another fails with it. `finalize` is to run in any case, and says what is missing.
state() { aws batch describe-jobs --jobs "$1" --query 'jobs[0].status' --output text; }
until state "$slices" | grep -Eq 'SUCCEEDED|FAILED'; do sleep 60; done
aws batch register-job-definition --cli-input-json file://finalize-definition.json >/dev/null
finalize=$(aws batch submit-job --cli-input-json file://finalize.json --query jobId --output text)
echo "finalize $finalize"
