#!/bin/sh
# Creates the slices of a job, and when they have ended what makes the map of them. Run it again after
# `kubectl delete job`: what is committed is not done again.
set -eu
cd "$(dirname "$0")"
kubectl create --namespace=geo -f slices.yaml
until kubectl get job --namespace=geo mapwright-ha-ti-2026-slices \
  -o 'jsonpath={.status.conditions[?(@.status=="True")].type}' | grep -Eq 'Complete|Failed'; do
  sleep 20
done
kubectl create --namespace=geo -f finalize.yaml
kubectl wait --namespace=geo --for=condition=Complete --timeout=-1s job/mapwright-ha-ti-2026-finalize
