"""`services.trials.PictureTrial` in a short-lived process of its own.

The web process loads no decoder and no network, and a picture that is made to break a decoder breaks nothing but this
process: it has little memory, little time, and can write no file. It also fetches what an address leads to, so that a
server that never answers holds up nobody.
"""

import base64
import json
import os
import resource
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import ceil
from typing import Any, TextIO

import structlog

from webapp.domain.emotions import Emotion, EmotionScores
from webapp.errors import AmendsError, PictureFailed, SettingsInvalid, TooBusy
from webapp.runtime.job_process import ask_process, failed, failure_of
from webapp.services.trials import TriedFace, TriedPicture
from webapp.settings import REPOSITORY_DIR, Settings

TRIAL_COMMAND = (sys.executable, str(REPOSITORY_DIR / "run.py"), "try-job")
_AT_ONCE = 2
_WAIT_S = 10.0
_MOST_MEMORY_BYTES = 3 * 2**30
_NOT_FOR_THE_CHILD = ("AMENDS_ADMIN_PASSWORD", "AMENDS_DATABASE_URL")
_log = structlog.get_logger("webapp.web")


class ProcessPictureTrial:
    """Looks at pictures from outside, two at a time."""

    def __init__(self, settings: Settings, command: tuple[str, ...] = TRIAL_COMMAND) -> None:
        """Start nothing yet.

        Args:
            settings: the field `try_timeout_s`.
            command: the program that answers a job as `answer_trial` does.
        """
        self._timeout_s, self._command = settings.try_timeout_s, command
        self._places = threading.BoundedSemaphore(_AT_ONCE)

    def of_upload(self, encoded: bytes) -> TriedPicture:
        """Look at a picture that somebody sent; see `PictureTrial.of_upload`."""
        return self._answer({"picture": base64.b64encode(encoded).decode()})

    def of_address(self, url: str) -> TriedPicture:
        """Fetch a picture and look at it; see `PictureTrial.of_address`."""
        return self._answer({"url": url})

    def _answer(self, job: Mapping[str, str]) -> TriedPicture:
        with self._place():
            try:
                answer = ask_process(
                    self._command,
                    json.dumps(job).encode(),
                    timeout_s=self._timeout_s,
                    environment=environment_of_child(),
                )
            except TimeoutError:
                _log.warning("picture_trial_timed_out", timeout_s=self._timeout_s)
                raise PictureFailed(
                    "It took longer than %(most)s s and was given up.", most=f"{self._timeout_s:g}"
                ) from None
        return _read_answer(answer)

    @contextmanager
    def _place(self) -> Iterator[None]:
        """Wait a little for one of the places."""
        if not self._places.acquire(timeout=_WAIT_S):
            raise TooBusy("Other pictures are being looked at. Try again in a moment.")
        try:
            yield
        finally:
            self._places.release()


def answer_trial(settings: Settings, jobs: TextIO, answers: TextIO) -> None:
    """Do one job from a pipe and write the answer as one line of JSON: the other end of `ProcessPictureTrial`."""
    limit_this_process(settings.try_timeout_s)
    job = json.loads(jobs.read())
    try:
        answer: dict[str, Any] = {"seen": _as_values(_looked_at(job, settings))}
    except SettingsInvalid as error:
        answer = failed(PictureFailed("The network cannot be loaded. Tell your admin: %(error)s", error=str(error)))
    except MemoryError:
        answer = failed(PictureFailed("The picture needs more memory than it may have."))
    except AmendsError as error:
        answer = failed(error)
    print(json.dumps(answer), file=answers, flush=True)


def environment_of_child() -> dict[str, str]:
    """Return this process' environment without what a process that decodes strangers' pictures has no need of."""
    return {name: value for name, value in os.environ.items() if name not in _NOT_FOR_THE_CHILD}


def limit_this_process(timeout_s: float) -> None:
    """Take from this process what a picture does not need: much memory, much time, files, core dumps.

    Args:
        timeout_s: seconds until it ends, also where nobody waits any more.
    """
    processor_s = ceil(2 * timeout_s)  # Two threads may each use all of the time.
    for limit, most in (
        (resource.RLIMIT_AS, _MOST_MEMORY_BYTES),
        (resource.RLIMIT_CPU, processor_s),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, timeout_s)


def _looked_at(job: Mapping[str, str], settings: Settings) -> TriedPicture:
    from webapp.runtime.picture_fetch import PictureFetch
    from webapp.vision.trial import PictureTrier
    from webapp.vision.untrusted import decode_untrusted

    if "url" in job:
        encoded = PictureFetch(settings.try_private_addresses, settings.try_timeout_s / 2).fetch(job["url"])
    else:
        encoded = base64.b64decode(job["picture"])
    return PictureTrier(settings).look(decode_untrusted(encoded))


def _as_values(seen: TriedPicture) -> dict[str, Any]:
    return {
        "jpeg": _text(seen.jpeg),
        "width_px": seen.width_px,
        "height_px": seen.height_px,
        "faces": [_face_values(face) for face in seen.faces],
        "left_out": seen.left_out,
        "is_explained": seen.is_explained,
    }


def _face_values(face: TriedFace) -> dict[str, Any]:
    return {
        "letter": face.letter,
        "scores": face.scores.probabilities if face.scores else None,
        "crop_jpeg": _text(face.crop_jpeg),
        "heat_jpegs": {emotion.value: _text(jpeg) for emotion, jpeg in face.heat_jpegs.items()},
    }


def _read_answer(line: bytes) -> TriedPicture:
    """Return what the other process saw, or raise what it raised."""
    try:
        answer = json.loads(line)
    except ValueError:
        _log.warning("picture_trial_ended_without_answer")
        raise PictureFailed("It ended without an answer. Try another picture.") from None
    if "error" in answer:
        raise failure_of(answer)
    seen = answer["seen"]
    faces = tuple(_face(values) for values in seen["faces"])
    return TriedPicture(**{**seen, "jpeg": base64.b64decode(seen["jpeg"]), "faces": faces})


def _face(values: Mapping[str, Any]) -> TriedFace:
    scores = EmotionScores(tuple(values["scores"])) if values["scores"] else None
    heat_jpegs = {Emotion(name): base64.b64decode(text) for name, text in values["heat_jpegs"].items()}
    return TriedFace(values["letter"], scores, base64.b64decode(values["crop_jpeg"]), heat_jpegs)


def _text(encoded: bytes) -> str:
    return base64.b64encode(encoded).decode()
