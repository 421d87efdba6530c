"""`services.trials.PictureTrial` in a short-lived process of its own.

The web process loads no decoder and no network. The other process also fetches what an address leads to, so that a
server that never answers holds up nobody.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from webapp.errors import PictureFailed, SettingsInvalid
from webapp.runtime.picture_jobs import PictureJobs, answer_picture_job
from webapp.services.trials import TriedPicture
from webapp.settings import REPOSITORY_DIR, Settings

if TYPE_CHECKING:
    from webapp.vision.trial import PictureTrier

TRIAL_COMMAND = (sys.executable, str(REPOSITORY_DIR / "run.py"), "try-job")


@dataclass(frozen=True)
class _TrialJob:
    """A picture, or where one is."""

    picture: bytes = b""
    url: str = ""


class ProcessPictureTrial:
    """Looks at pictures from outside, two at a time."""

    def __init__(self, settings: Settings, command: tuple[str, ...] = TRIAL_COMMAND, wait_s: float = 10.0) -> None:
        """Start nothing yet.

        Args:
            settings: the field `try_timeout_s`.
            command: the program that answers a job as `answer_trial` does.
            wait_s: seconds that a third picture waits for its turn.
        """
        self._jobs = PictureJobs(command, timeout_s=settings.try_timeout_s, at_once=2, wait_s=wait_s)

    def of_upload(self, encoded: bytes) -> TriedPicture:
        """Look at a picture that somebody sent; see `PictureTrial.of_upload`."""
        return self._jobs.run(_TrialJob(picture=encoded), TriedPicture)

    def of_address(self, url: str) -> TriedPicture:
        """Fetch a picture and look at it; see `PictureTrial.of_address`."""
        return self._jobs.run(_TrialJob(url=url), TriedPicture)


def answer_trial(settings: Settings, open_trier: "Callable[[], PictureTrier]", jobs: TextIO, answers: TextIO) -> None:
    """Do one job from a pipe: the other end of `ProcessPictureTrial`.

    Args:
        settings: the fields `try_*`.
        open_trier: loads what looks at the picture; called once this process is limited.
        jobs: where the job comes from.
        answers: where the answer goes.
    """

    def tried(job: _TrialJob) -> TriedPicture:
        from webapp.vision.untrusted import decode_untrusted

        try:
            encoded = _picture_of(job, settings)
            return open_trier().look(decode_untrusted(encoded))
        except SettingsInvalid as error:
            raise PictureFailed("The model cannot be loaded. Tell your admin: %(error)s", error=str(error)) from error

    answer_picture_job(jobs, answers, _TrialJob, tried, timeout_s=settings.try_timeout_s)


def _picture_of(job: _TrialJob, settings: Settings) -> bytes:
    from webapp.runtime.picture_fetch import PictureFetch

    if not job.url:
        return job.picture
    return PictureFetch(settings.try_private_addresses, settings.try_timeout_s / 2).fetch(job.url)
