#!/usr/bin/env bash
# formats.sh PROGRAM COUNT…: writes drawn footprints in every format, and benchmarks/formats.md.
set -euo pipefail
program=$1
shift
page=$(dirname "$0")/formats.md
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
{
  cat <<EOF
# Files of footprints

Written by \`benchmarks/formats.sh\` on $(date +%F); $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1).

Houses of six corners with all attributes of the schema \`mapwright\`, from the fragments of shards to
files that were read back and compared, in one process. A layer of more than five million is written in
parts. Memory is the most that the process ever had.

| format | footprints | s | CPU s | MB | peak memory, MB |
|---|---|---|---|---|---|
EOF
  for count in "$@"; do
    for format in gpkg fgb geojsonl geojson csv shp.zip sql parquet pmtiles; do
      "$program" "$format" "$count" "$folder"
    done
  done
} | tee "$page.new"
mv "$page.new" "$page"
