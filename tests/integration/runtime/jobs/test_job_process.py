"""Asking a process a question, as it is and in a program that eventlet has patched: both must behave the same."""

import io
import math
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.patience import PATIENCE
from webapp import errors
from webapp.domain.cameras.cameras import CameraAddress
from webapp.domain.vision.emotions import EMOTIONS, Emotion, EmotionScores
from webapp.errors import AmendsError, CameraError, CameraTimedOut, InputInvalid, PictureFailed
from webapp.runtime.jobs.discovery_process import ProcessFinder
from webapp.runtime.jobs.job_process import JobFailure, answer_job, decode, encode
from webapp.runtime.jobs.logo_process import ProcessLogoStudio
from webapp.runtime.jobs.photo_test_process import ProcessPhotoTest
from webapp.runtime.jobs.probe_process import ProcessProber
from webapp.services.cameras.discovery import FoundCamera
from webapp.services.dashboard.live_frames import ProbeReport
from webapp.services.model.photo_test import PhotoTestAnswer, PhotoTestFace
from webapp.services.site.logos import DrawnLogo, LogoGround
from webapp.settings import REPOSITORY_DIR, load_settings

ECHO = "import sys; sys.stdout.write(sys.stdin.read()[::-1])"
DIES = "import os; os.kill(os.getpid(), 9)"
DIES_LATER = "import os, time; time.sleep(0.3); os.kill(os.getpid(), 9)"
HANGS = "import time; time.sleep(30)"
LARGE = 3_000_000

PROGRAM = """
import sys
if sys.argv[1] == "eventlet":
    import warnings
    warnings.filterwarnings("ignore")
    import eventlet
    eventlet.monkey_patch()
from webapp.runtime.jobs.job_process import ask_process
try:
    question = b"x" * int(sys.argv[3]) + b"end"
    answer = ask_process((sys.executable, "-c", sys.argv[2]), question, timeout_s=float(sys.argv[4]))
    print("answered", len(answer), answer[:4].decode())
except TimeoutError:
    print("timed out")
"""


def asked(how: str, code: str, size: int, timeout_s: float) -> tuple[str, float]:
    """Return what came of a question, and the seconds that it took."""
    began = time.monotonic()
    command = (sys.executable, "-c", PROGRAM, how, code, str(size), str(timeout_s))
    done = subprocess.run(
        command, cwd=REPOSITORY_DIR, capture_output=True, text=True, check=True, timeout=15 * PATIENCE
    )
    return done.stdout.strip(), time.monotonic() - began


@pytest.mark.parametrize("how", ["plain", "eventlet"])
@pytest.mark.parametrize(
    ("code", "size", "outcome"),
    [
        (ECHO, LARGE, f"answered {LARGE + 3} dnex"),
        (DIES, LARGE, "answered 0"),
        (DIES_LATER, LARGE, "answered 0"),
        (DIES, 10, "answered 0"),
    ],
)
def test_a_process_answers_or_dies_and_is_not_waited_for(how: str, code: str, size: int, outcome: str) -> None:
    came, seconds = asked(how, code, size, timeout_s=8 * PATIENCE)
    assert came == outcome
    assert seconds < 7 * PATIENCE


@pytest.mark.parametrize("how", ["plain", "eventlet"])
@pytest.mark.parametrize("size", [10, LARGE])
def test_a_process_that_hangs_is_killed_in_time(how: str, size: int) -> None:
    came, seconds = asked(how, HANGS, size, timeout_s=0.5)
    assert came == "timed out"
    assert seconds < 5 * PATIENCE


ALL_BYTES = bytes(range(256))
FACE = PhotoTestFace("A", EmotionScores((1 / 7,) * len(EMOTIONS)), ALL_BYTES, {Emotion.ANGRY: ALL_BYTES})
FOUND = FoundCamera("Till", "C1", "192.0.2.7", "http://192.0.2.7/onvif")
ADDRESS = CameraAddress("rtsp://192.0.2.7/stream", "amends", "pässwörd")


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (ProbeReport, ProbeReport("h264", 640, 480, math.inf, ALL_BYTES)),
        (PhotoTestAnswer, PhotoTestAnswer(ALL_BYTES, 3, 4, (FACE, PhotoTestFace("B", None, b"")), 2, True)),
        (DrawnLogo, DrawnLogo(ALL_BYTES, 3, 4, LogoGround.DARK)),
        (list[FoundCamera], [FOUND]),
        (list[FoundCamera], []),
        (CameraAddress, ADDRESS),
    ],
)
def test_an_answer_comes_back_as_it_was_sent(kind: Any, answer: object) -> None:
    assert decode(JobFailure | kind, encode(answer)) == answer


@pytest.mark.parametrize(
    "error", [CameraTimedOut("%(count)s s, %(share)s", count=5, share=0.5), InputInvalid("100 %")], ids=str
)
def test_an_error_comes_back_as_it_was_raised(error: AmendsError) -> None:
    def fail(_: ProbeReport) -> object:
        raise error

    answers = io.StringIO()
    question = io.StringIO(encode(ProbeReport("", 0, 0, 0.0, b"")).decode())
    answer_job(question, answers, ProbeReport, fail)
    came = decode(JobFailure | ProbeReport, answers.getvalue()).as_error()
    assert (type(came), str(came), came.text, came.values) == (type(error), str(error), error.text, error.values)


@pytest.mark.parametrize(
    "rubbish",
    [
        "",
        "no JSON",
        "null",
        "[1]",
        '{"codec": "h264"}',
        '{"error": "SystemExit", "text": "", "values": {}}',
        '{"error": "annotations", "text": "", "values": {}}',
        '{"error": "InputInvalid", "text": "", "values": {"deep": {}}}',
        b"\xff\xfe".decode("latin-1"),
    ],
)
@pytest.mark.parametrize(
    ("ask", "refusal"),
    [
        (lambda command: ProcessProber(load_settings(), command).probe(ADDRESS), CameraError),
        (lambda command: ProcessFinder(command).find(), CameraError),
        (lambda command: ProcessFinder(command).streams(FOUND, "", ""), CameraError),
        (lambda command: ProcessPhotoTest(load_settings(), command).of_upload(b"x"), PictureFailed),
        (lambda command: ProcessLogoStudio(command).draw(b"x"), PictureFailed),
    ],
    ids=["probe", "search", "stream address", "trial", "logo"],
)
def test_rubbish_is_no_answer(
    ask: Callable[[tuple[str, ...]], object], refusal: type[AmendsError], rubbish: str
) -> None:
    with pytest.raises(refusal, match="without an answer"):
        ask((sys.executable, "-c", f"import sys; sys.stdin.read(); sys.stdout.write({rubbish!r})"))


def test_every_error_of_the_tree_can_be_sent() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, AmendsError)]
    assert {type(JobFailure.of(kind("text")).as_error()) for kind in kinds} == set(kinds)
