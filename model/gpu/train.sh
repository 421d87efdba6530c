#!/bin/sh
# Trains everything on a GPU machine from the pieces of pack.sh beside this file; see docs/gpu.md.
#   sh train.sh WORK RESULTS
# WORK is a folder that outlives a command there, RESULTS gets weights and records after each training. Started again,
# it resumes at the epoch. LIMIT and EPOCHS try it out on few faces.
set -eu
[ $# -eq 2 ] || { sed -n 3,5p "$0" | cut -c 3- >&2; exit 2; }
mkdir -p "$1" "$2"
here=$(cd "$(dirname "$0")" && pwd) work=$(cd "$1" && pwd) results=$(cd "$2" && pwd)
if [ ! -e "$work/unpacked" ]; then
  cat "$here"/piece-* | tar -xJ -C "$work"
  python3 -m pip install --quiet --no-index --no-deps --target "$work/site" "$work"/wheels/*.whl
  touch "$work/unpacked"
fi
cd "$work"
export PYTHONPATH="$work/site" KERAS_BACKEND=torch PYTHONUNBUFFERED=1

train() { # NAME START
  python3 -m model.cli train "model/configs/gpu/$1.toml" --data data --init "$2" --out "var/runs/$1_gpu" \
    ${EPOCHS:+--epochs "$EPOCHS"} ${LIMIT:+--limit "$LIMIT"}
  python3 -m model.cli export "var/runs/$1_gpu" --start-only --out "$results/$1_gpu"  # Half the size, for a limit on files.
}

train efficientnet_lite0 efficientnet_lite0.pth
start=model/weights/densenet121/start/best.weights.h5
if [ -d tiny ]; then
  python3 -m model.cli pretrain densenet121 --data tiny --size-px 64 --out var/runs/pretrained ${EPOCHS:+--epochs "$EPOCHS"} ${LIMIT:+--limit "$LIMIT"}
  start=var/runs/pretrained/best.weights.h5
fi
train densenet121 "$start"
