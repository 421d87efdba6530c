#!/bin/sh
# Packs what a GPU machine without internet needs to train everything, in pieces that a size limit lets through.
#   sh model/gpu/pack.sh DATA INIT OUT [TINY]
# DATA  folder of fer2013.csv and fer2013new.csv       INIT  efficientnet-lite0-57934424.pth
# OUT   new folder for the pieces                      TINY  folder of Tiny-ImageNet's arrays, see `run.py pretrain`
# PIECE_MB (60) is a piece's size, PYTHON_VERSION (3.12) the other machine's, for which wheels are fetched, and PYTHON
# (.venv/bin/python, from `make setup-dev`) shrinks Tiny-ImageNet.
set -eu
[ $# -ge 3 ] || { sed -n 3,5p "$0" | cut -c 3- >&2; exit 2; }
data=$1 init=$2 out=$3 tiny=${4-}
for file in "$data/fer2013.csv" "$data/fer2013new.csv" "$init"; do
  [ -f "$file" ] || { echo "$file: expected this file, it is not there; see docs/gpu.md" >&2; exit 2; }
done
[ -z "$tiny" ] || [ -f "$tiny/train.npy" ] || { echo "$tiny: expected train.npy, see \`run.py pretrain\`" >&2; exit 2; }
[ ! -e "$out" ] || { echo "$out: expected a new folder; remove this one or name another" >&2; exit 2; }
mkdir -p "$out/all/data"
git archive HEAD model ':!model/weights/*/explanation.tflite' ':!model/weights/*/report.html' | tar -x -C "$out/all"
cp "$data/fer2013.csv" "$data/fer2013new.csv" "$out/all/data"
cp "$init" "$out/all/efficientnet_lite0.pth"
if [ -n "$tiny" ]; then
  # In grey at 64 pixels, three equal channels: they compress to one.
  "${PYTHON-.venv/bin/python}" - "$tiny" "$out/all/tiny" <<'PYTHON'
import shutil, sys
from pathlib import Path
import cv2, numpy as np
source, target = map(Path, sys.argv[1:])
target.mkdir()
for name in ("train_labels.npy", "val_labels.npy", "wnids.txt"):
    shutil.copy(source / name, target)
for split in ("train", "val"):
    pictures = np.load(source / f"{split}.npy", mmap_mode="r")
    grey = [cv2.resize(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), (64, 64), interpolation=cv2.INTER_AREA) for picture in pictures]
    np.save(target / f"{split}.npy", np.repeat(np.stack(grey)[..., None], 3, axis=3))
PYTHON
fi
for package in keras optree namex ai-edge-litert; do
  version=$(sed -n "s/^$package==\([^ ;]*\).*/\1/p" requirements/dev.txt | head -1)
  python3 -m pip download --quiet --no-deps --only-binary=:all: --python-version "${PYTHON_VERSION-3.12}" --implementation cp \
    --platform manylinux_2_28_x86_64 --platform manylinux_2_27_x86_64 --platform manylinux_2_17_x86_64 \
    --platform manylinux2014_x86_64 --dest "$out/all/wheels" "$package==$version"
done
tar -C "$out/all" -cf - . | xz -T0 -6 | split -b "${PIECE_MB-60}M" - "$out/piece-"
rm -r "$out/all"
cp model/gpu/train.sh "$out"
ls -l "$out"
