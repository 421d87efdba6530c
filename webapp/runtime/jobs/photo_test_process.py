"""`PhotoTest` in a short-lived process of its own.

The web process loads no decoder and no network. The other process also fetches what an address leads to, so that a
server that never answers holds up nobody.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from webapp.errors import PictureFailed, SettingsInvalid
from webapp.runtime.jobs.image_jobs import ImageJobs, answer_image_job
from webapp.services.model.photo_test import PhotoTestAnswer
from webapp.settings import REPOSITORY_DIR, Settings

if TYPE_CHECKING:
    from webapp.vision.offline.photo_test import PhotoTester

PHOTO_TEST_COMMAND = (sys.executable, str(REPOSITORY_DIR / "run.py"), "photo-test-job")


@dataclass(frozen=True)
class _PhotoTestJob:
    """A picture, or where one is."""

    picture: bytes = b""
    url: str = ""


class ProcessPhotoTest:
    """Looks at pictures from outside, two at a time."""

    def __init__(self, settings: Settings, command: tuple[str, ...] = PHOTO_TEST_COMMAND, wait_s: float = 10.0) -> None:
        """Start nothing yet.

        Args:
            settings: the field `photo_test_timeout_s`.
            command: the program that answers a job as `answer_trial` does.
            wait_s: seconds that a third picture waits for its turn.
        """
        self._jobs = ImageJobs(command, timeout_s=settings.photo_test_timeout_s, at_once=2, wait_s=wait_s)

    def of_upload(self, encoded: bytes) -> PhotoTestAnswer:
        """Look at a picture that somebody sent; see `PhotoTest.of_upload`."""
        return self._jobs.run(_PhotoTestJob(picture=encoded), PhotoTestAnswer)

    def of_address(self, url: str) -> PhotoTestAnswer:
        """Fetch a picture and look at it; see `PhotoTest.of_address`."""
        return self._jobs.run(_PhotoTestJob(url=url), PhotoTestAnswer)


def answer_photo_test(
    settings: Settings, open_trier: "Callable[[], PhotoTester]", jobs: TextIO, answers: TextIO
) -> None:
    """Do one job from a pipe: the other end of `ProcessPhotoTest`.

    Args:
        settings: the fields `try_*`.
        open_trier: loads what looks at the picture; called once this process is limited.
        jobs: where the job comes from.
        answers: where the answer goes.
    """

    def tried(job: _PhotoTestJob) -> PhotoTestAnswer:
        from webapp.vision.images.safe_decode import decode_untrusted

        try:
            encoded = _picture_of(job, settings)
            return open_trier().look(decode_untrusted(encoded))
        except SettingsInvalid as error:
            raise PictureFailed("The model cannot be loaded. Tell your admin: %(error)s", error=str(error)) from error

    answer_image_job(jobs, answers, _PhotoTestJob, tried, timeout_s=settings.photo_test_timeout_s)


def _picture_of(job: _PhotoTestJob, settings: Settings) -> bytes:
    from webapp.runtime.jobs.image_fetch import PictureFetch

    if not job.url:
        return job.picture
    return PictureFetch(settings.photo_test_private_addresses, settings.photo_test_timeout_s / 2).fetch(job.url)
