"""`services.logos.LogoStudio` in a short-lived process of its own, with the limits of a tried picture."""

import base64
import json
import sys
import threading
from dataclasses import asdict
from typing import Any, TextIO

from webapp.errors import AmendsError, PictureFailed, TooBusy
from webapp.runtime.job_process import ask_process, failed, failure_of
from webapp.runtime.trial_process import environment_of_child, limit_this_process
from webapp.services.logos import DrawnLogo, LogoGround
from webapp.settings import REPOSITORY_DIR

LOGO_COMMAND = (sys.executable, str(REPOSITORY_DIR / "run.py"), "logo-job")
_TIMEOUT_S = 20.0


class ProcessLogoStudio:
    """Draws logos, one at a time."""

    def __init__(self, command: tuple[str, ...] = LOGO_COMMAND, timeout_s: float = _TIMEOUT_S) -> None:
        """Start nothing yet.

        Args:
            command: the program that answers a job as `answer_logo` does.
            timeout_s: seconds until it is given up.
        """
        self._command, self._timeout_s = command, timeout_s
        self._place = threading.BoundedSemaphore()

    def draw(self, encoded: bytes) -> DrawnLogo:
        """Draw a picture anew; see `LogoStudio.draw`."""
        if not self._place.acquire(timeout=self._timeout_s):
            raise TooBusy("Other pictures are being looked at. Try again in a moment.")
        job = json.dumps({"picture": base64.b64encode(encoded).decode()}).encode()
        try:
            return _read_answer(
                ask_process(self._command, job, timeout_s=self._timeout_s, environment=environment_of_child())
            )
        except TimeoutError:
            raise PictureFailed(
                "It took longer than %(most)s s and was given up.", most=f"{self._timeout_s:g}"
            ) from None
        finally:
            self._place.release()


def answer_logo(jobs: TextIO, answers: TextIO) -> None:
    """Do one job from a pipe and write the answer as one line of JSON: the other end of `ProcessLogoStudio`."""
    from webapp.vision.logos import draw_logo

    limit_this_process(_TIMEOUT_S)
    encoded = base64.b64decode(json.loads(jobs.read())["picture"])
    try:
        drawn = asdict(draw_logo(encoded))
        answer: dict[str, Any] = {"drawn": {**drawn, "webp": base64.b64encode(drawn["webp"]).decode()}}
    except MemoryError:
        answer = failed(PictureFailed("The picture needs more memory than it may have."))
    except AmendsError as error:
        answer = failed(error)
    print(json.dumps(answer), file=answers, flush=True)


def _read_answer(line: bytes) -> DrawnLogo:
    try:
        answer = json.loads(line)
    except ValueError:
        raise PictureFailed("It ended without an answer. Try another picture.") from None
    if "error" in answer:
        raise failure_of(answer)
    drawn = answer["drawn"]
    ground = LogoGround(drawn["ground"])
    return DrawnLogo(**{**drawn, "webp": base64.b64decode(drawn["webp"]), "ground": ground})
