"""Which of a camera's pictures go on: no more than vision wants, and few while nothing happens."""

from collections.abc import Mapping
from typing import Any

from webapp.domain.cameras.image_settings import ImageSettings
from webapp.runtime.capture.adjusted_frames import in_shape
from webapp.runtime.capture.capture_job import MOST_FPS, QUIET_FPS, CaptureDemand
from webapp.vision.sources import Picture
from webapp.vision.sources.motion_detector import HEIGHT_PX, WIDTH_PX, MotionDetector
from webapp.vision.sources.pacing import RateLimit

_QUIET_AFTER_S = 5.0
# Often enough that a picture of what moves is on its way within 150 ms; each costs a fifth of a millisecond.
_LOOK_EVERY_S = 0.075
_RECENT_S = 1.0


class PictureChoice:
    """Chooses one camera's pictures, evenly in time, and knows what moves in them.

    Attributes:
        is_quiet: whether nothing moved for some seconds and nobody is expected.
    """

    def __init__(self) -> None:
        """Begin with a camera in which everything may move."""
        self.is_quiet = False
        self._detector = MotionDetector()
        self._limit = RateLimit(MOST_FPS)
        self._looked_at_s = float("-inf")
        self._image_settings: ImageSettings | None = None

    def takes(self, picture: Picture, demand: CaptureDemand, now_s: float) -> bool:
        """Return whether a picture goes on; its colours are made only then.

        Args:
            picture: the newest one.
            demand: what vision wants now.
            now_s: seconds on a clock that never goes back.

        Raises:
            CameraError: it cannot be converted.
        """
        self._look(picture, demand.image_settings, now_s)
        was_quiet, still_s = self.is_quiet, now_s - self._detector.moved_at_s
        self.is_quiet = not demand.is_somebody_expected and still_s > _QUIET_AFTER_S
        if was_quiet and not self.is_quiet:
            self._limit = RateLimit(MOST_FPS)  # At once, and not when the next one of the quiet camera would be due.
        self._limit.per_s = self._fps(demand)
        if self._limit.wait_s(now_s) > 0:
            return False
        self._limit.count(1, now_s)
        return True

    def decoded_fps(self, demand: CaptureDemand) -> float:
        """Return how many pictures a second have to be decoded: those that go on, and those in which motion is seen."""
        return max(self._fps(demand), 1.0 / _LOOK_EVERY_S)

    def facts(self, demand: CaptureDemand, now_s: float) -> Mapping[str, Any]:
        """Return what is known of motion, as it goes with a picture of this time.

        A cell counts as moving for two of the pictures that vision wants, so that it misses nothing where it takes each
        second one.
        """
        return self._detector.grid(now_s, max(_RECENT_S, 2.0 / demand.most_fps)).as_meta(now_s)

    def _fps(self, demand: CaptureDemand) -> float:
        return QUIET_FPS if self.is_quiet else max(demand.most_fps, QUIET_FPS)

    def _look(self, picture: Picture, image_settings: ImageSettings, now_s: float) -> None:
        if image_settings is not self._image_settings:  # Those of before go away with the next one that goes on.
            self._detector.forget()
            self._limit, self._image_settings = RateLimit(MOST_FPS), image_settings
        elif now_s - self._looked_at_s < _LOOK_EVERY_S:
            return
        self._looked_at_s = now_s
        self._detector.look(in_shape(picture.reduced_gray(WIDTH_PX, HEIGHT_PX), image_settings), now_s)
