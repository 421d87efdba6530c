"""`LogoStudio` in a short-lived process of its own."""

import sys
from dataclasses import dataclass
from typing import TextIO

from webapp.runtime.jobs.image_jobs import ImageJobs, answer_image_job
from webapp.services.site.logos import DrawnLogo
from webapp.settings import REPOSITORY_DIR

LOGO_COMMAND = (sys.executable, str(REPOSITORY_DIR / "run.py"), "logo-job")
_TIMEOUT_S = 20.0


@dataclass(frozen=True)
class _LogoJob:
    picture: bytes


class ProcessLogoStudio:
    """Draws logos, one at a time."""

    def __init__(self, command: tuple[str, ...] = LOGO_COMMAND, timeout_s: float = _TIMEOUT_S) -> None:
        """Start nothing yet.

        Args:
            command: the program that answers a job as `answer_logo` does.
            timeout_s: seconds until it is given up.
        """
        self._jobs = ImageJobs(command, timeout_s=timeout_s, at_once=1, wait_s=timeout_s)

    def draw(self, encoded: bytes) -> DrawnLogo:
        """Draw a picture anew; see `LogoStudio.draw`."""
        return self._jobs.run(_LogoJob(encoded), DrawnLogo)


def answer_logo(jobs: TextIO, answers: TextIO) -> None:
    """Do one job from a pipe: the other end of `ProcessLogoStudio`."""
    from webapp.vision.images.logos import draw_logo

    answer_image_job(jobs, answers, _LogoJob, lambda job: draw_logo(job.picture), timeout_s=_TIMEOUT_S)
