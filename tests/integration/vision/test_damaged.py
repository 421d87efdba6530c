"""300 damaged pictures and streams through the product's decoders: each gives a frame or an error of ours, in time."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.integration.vision.damaged import PICTURES, STREAMS
from tests.support.patience import PATIENCE
from webapp.settings import REPOSITORY_DIR

pytestmark = pytest.mark.security

SEED = "20261128"
MOST_SECONDS, MOST_MIB = 4.5, 512  # The time-outs of the decoders, and a third of what a capture process may have.


def test_damaged_pictures_and_streams_give_a_frame_or_an_error_of_ours(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.integration.vision.damaged", SEED, str(tmp_path)]
    done = subprocess.run(
        command, cwd=REPOSITORY_DIR, capture_output=True, text=True, check=False, timeout=60 * PATIENCE
    )
    assert done.returncode == 0, (done.stdout.splitlines()[-1:], done.stderr)  # A crash names the case before it.
    *outcomes, summary = map(json.loads, done.stdout.splitlines())
    assert [one for one in outcomes if one["outcome"] not in ("frame", "refused")] == []
    assert len({one["case"] for one in outcomes}) == 300
    assert len({one["kind"] for one in outcomes}) == len(PICTURES) + len(STREAMS)
    assert max(one["seconds"] for one in outcomes) < MOST_SECONDS * PATIENCE
    assert summary["peak_mib"] < MOST_MIB
    counted = Counter((one["decoder"], one["outcome"]) for one in outcomes)
    assert all(counted[decoder, outcome] for decoder in ("photo", "kiosk", "live") for outcome in ("frame", "refused"))
