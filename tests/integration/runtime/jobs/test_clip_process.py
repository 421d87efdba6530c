"""A clip is made in a process of its own, which comes after all else and ends with vision."""

import io
import os
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import numpy as np
import pytest

from tests.support.videos import demo_pictures
from webapp.runtime.jobs.clip_process import CLIP_COMMAND, ProcessClipMaker
from webapp.vision.pipeline.annotation import encode_jpeg
from webapp.vision.pipeline.clip_frames import ClipFrame

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
FACE = np.asarray([200, 60, 300, 160], np.float32)


def frames(count: int = 6) -> list[ClipFrame]:
    missing_xyxy = np.asarray([[10, 10, 50, 50]], np.float32)
    return [
        ClipFrame(NOW + timedelta(seconds=number / 5), encode_jpeg(picture, 85), {7: FACE}, missing_xyxy, {7: 0.81})
        for number, picture in enumerate(demo_pictures(count, width_px=480))
    ]


def script(tmp_path: Path, lines: str) -> tuple[str, ...]:
    path = tmp_path / "clip.py"
    path.write_text(lines)
    return (sys.executable, str(path))


def test_a_clip_comes_back_with_its_pictures_and_scores() -> None:
    clip = ProcessClipMaker().make(frames(), 7)
    assert clip is not None
    assert clip.began_at == NOW
    assert clip.scores == tuple((round(number / 5, 3), 0.81) for number in range(6))
    with av.open(io.BytesIO(clip.webm)) as video:
        assert sum(1 for _ in video.decode(video=0)) == 6


def test_no_frames_are_no_clip() -> None:
    assert ProcessClipMaker().make([], 7) is None


def test_it_comes_after_all_else(tmp_path: Path) -> None:
    code = (
        "import os, sys; sys.argv = ['run.py']; before = os.nice(0)\n"
        "import atexit; atexit.register(lambda: open(sys.path[0] + '/nice', 'w').write(str(os.nice(0) - before)))\n"
        f"sys.path.insert(1, {str(Path(CLIP_COMMAND[1]).parent)!r})\n"
        "from webapp.cli.jobs.clip_job import clip_job; clip_job()\n"
    )
    assert ProcessClipMaker(script(tmp_path, code)).make([], 7) is None
    assert int((tmp_path / "nice").read_text()) == min(19, 19 - os.nice(0))


def test_what_is_made_when_vision_ends_is_given_up_at_once(tmp_path: Path) -> None:
    maker = ProcessClipMaker(script(tmp_path, "import time; time.sleep(60)"))
    made: list[object] = []
    thread = threading.Thread(target=lambda: made.append(maker.make(frames(1), 7)))
    began_s = time.monotonic()
    thread.start()
    time.sleep(0.3)
    maker.stop()
    thread.join(10)
    assert made == [None]
    assert time.monotonic() - began_s < 10
    assert maker.make(frames(1), 7) is None


@pytest.mark.parametrize("lines", ["raise SystemExit(1)", "print('rubbish')"])
def test_a_process_that_fails_makes_no_clip_and_says_so(tmp_path: Path, lines: str) -> None:
    with pytest.raises(ValueError, match="expected a clip"):
        ProcessClipMaker(script(tmp_path, lines)).make(frames(1), 7)


def test_one_that_hangs_is_killed(tmp_path: Path) -> None:
    maker = ProcessClipMaker(script(tmp_path, "import time; time.sleep(60)"), timeout_s=0.5)
    with pytest.raises(TimeoutError):
        maker.make(frames(1), 7)
