#!/bin/sh
# Submits the slices of a job, and behind them, however they end, what makes the map of them.
set -eu
cd "$(dirname "$0")"
slices_0=$(sbatch --parsable slice.sbatch)
finalize=$(sbatch --parsable --dependency="afterany:${slices_0%%;*}" finalize.sbatch)
echo "slices ${slices_0%%;*}"
echo "finalize ${finalize%%;*}"
