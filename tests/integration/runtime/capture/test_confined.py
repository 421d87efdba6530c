"""What a capture process may do at most: pixels, memory, files, other programs. The real process, and real pictures."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.servers import mjpeg_server
from tests.support.videos import write_video
from webapp.domain.cameras.cameras import CameraAddress
from webapp.domain.cameras.source_limits import SourceLimits
from webapp.runtime.capture.capture_job import CaptureJob
from webapp.runtime.capture.capture_supervisor import CAPTURE_COMMAND
from webapp.runtime.slots.frame_slots import SlotReader
from webapp.settings import REPOSITORY_DIR

pytestmark = pytest.mark.security

WOULD_BE = "from webapp.runtime.processes.confinement import forbid_writing_and_starting as f; print(f())"
TRIES = """
import json, os, subprocess, sys, threading
from pathlib import Path
from webapp.cli.processes.decoding_limits import confine_decoding
from webapp.domain.cameras.source_limits import SourceLimits
slots, outside = Path(sys.argv[1]), Path(sys.argv[2])
confine_decoding(SourceLimits(), slots)
def tried(what):
    try:
        what()
        return "done"
    except OSError as error:
        return type(error).__name__
found = {
    "slot": tried(lambda: (slots / "raw-1.part").write_bytes(b"x") and (slots / "raw-1.part").rename(slots / "raw-1")),
    "new file": tried(lambda: (outside / "new").write_bytes(b"x")),
    "old file": tried(lambda: (outside / "old").open("ab").write(b"x")),
    "empty it": tried(lambda: os.truncate(outside / "old", 0)),
    "remove": tried(lambda: (outside / "old").unlink()),
    "folder": tried(lambda: (outside / "folder").mkdir()),
    "link": tried(lambda: (outside / "link").symlink_to("old")),
    "program": tried(lambda: subprocess.run(["/bin/true"])),
    "signal": tried(lambda: os.kill(os.getppid(), 0)),
}
thread = threading.Thread(target=lambda: found.update(thread=tried(lambda: (outside / "t").write_bytes(b"x"))))
thread.start(); thread.join()
print(json.dumps(found))
"""


def output_of(code: str, *arguments: str) -> str:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=REPOSITORY_DIR, capture_output=True, text=True, check=True).stdout.strip()


def white_jpeg(side_px: int, mode: str = "L") -> bytes:
    written = io.BytesIO()
    Image.new(mode, (side_px, side_px), "white").save(written, "JPEG", subsampling=0)
    return written.getvalue()


@pytest.fixture(scope="module")
def huge() -> bytes:
    return white_jpeg(16_000)


def first_outcome(folder: Path, url: str, limits: SourceLimits = SourceLimits()) -> tuple[dict[str, Any], int]:  # noqa: B008
    """Return what the real capture process reports after its start, and its most memory in MiB."""
    job = CaptureJob(CameraAddress(url), folder / "raw-1", folder / "sent-1", limits=limits).to_line()
    pipe = subprocess.PIPE
    with subprocess.Popen(CAPTURE_COMMAND, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(f"{job}\n")
        process.stdin.flush()
        reports = (json.loads(line) for line in process.stdout)
        last = next(report for report in reports if report["event"] in ("frames", "failed"))
        status = Path(f"/proc/{process.pid}/status").read_text()
        process.kill()
    (peak,) = [int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM")]
    return last, peak


def test_a_picture_of_too_many_pixels_is_refused_by_its_header_and_named(tmp_path: Path, huge: bytes) -> None:
    with mjpeg_server([huge], fps=2) as url:
        report, peak_mib = first_outcome(tmp_path, url)
    assert report["reason"]["code"] == "camera_picture_too_large"
    assert report["reason"]["values"] == {"width": 16_000, "height": 16_000, "most": 40}
    assert peak_mib < 250, "not decoded: it would need 256 MiB more"


def test_a_file_of_too_many_pixels_is_named_likewise(tmp_path: Path, huge: bytes) -> None:
    (tmp_path / "huge.jpg").write_bytes(huge)
    report, _peak_mib = first_outcome(tmp_path, f"file:{tmp_path / 'huge.jpg'}")
    assert report["reason"]["code"] == "camera_picture_too_large"


def test_more_memory_than_is_allowed_is_refused_and_named(tmp_path: Path) -> None:
    (tmp_path / "large.jpg").write_bytes(white_jpeg(15_500, "RGB"))
    limits = SourceLimits(max_megapixels=250, memory_mib=512)
    report, peak_mib = first_outcome(tmp_path, f"file:{tmp_path / 'large.jpg'}", limits)
    assert (report["event"], report["reason"]["code"]) == ("failed", "camera_picture_too_large")
    assert peak_mib < 512


def test_4k_plays_within_the_limits_and_its_frame_is_in_the_slot(tmp_path: Path) -> None:
    import numpy as np

    pictures = [np.full((2160, 3840, 3), 40 * number, np.uint8) for number in range(6)]
    video = write_video(tmp_path / "4k.mp4", pictures, preset="ultrafast", refs="8", bf="3")
    report, _peak_mib = first_outcome(tmp_path, f"file:{video}")
    assert report["event"] == "frames"
    reading = SlotReader(tmp_path / "raw-1").read()
    assert reading
    assert (reading.meta["width"], reading.meta["height"]) == (1920, 1080)


def test_the_demo_camera_plays_within_the_limits(tmp_path: Path) -> None:
    assert first_outcome(tmp_path, "demo:")[0]["event"] == "frames"


def test_a_decoder_writes_nothing_but_slots_and_starts_nothing(tmp_path: Path) -> None:
    if output_of(WOULD_BE) == "False":
        pytest.skip("this kernel has no Landlock")
    slots, outside = tmp_path / "slots", tmp_path / "outside"
    slots.mkdir()
    outside.mkdir()
    (outside / "old").write_bytes(b"as it was")
    tried = json.loads(output_of(TRIES, str(slots), str(outside)))
    assert tried.pop("slot") == "done"
    assert set(tried.values()) == {"PermissionError"}, tried
    assert (outside / "old").read_bytes() == b"as it was"
    assert [path.name for path in outside.iterdir()] == ["old"]
