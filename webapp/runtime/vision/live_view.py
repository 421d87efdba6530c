"""What is shown of one camera: drawn only while somebody looks, and each size once for all who do."""

from collections.abc import Callable
from pathlib import Path

from webapp.runtime.slots.asked_pictures import AskedPictures, asked_path
from webapp.runtime.slots.live_slots import LivePublisher, picture_slot_path
from webapp.services.dashboard.live_frames import PictureSize, PictureUse
from webapp.vision.pipeline.frame_pipeline import AnalysedFrame
from webapp.vision.pipeline.rendering import CameraCaption, FrameRenderer

# As often as it can be sent and seen; walls and whoever reloads a picture ask two and a half times a second, and get
# two new ones at least also where frames come between.
LEAST_INTERVAL_S = {PictureUse.STREAM: 0.065, PictureUse.LARGE: 0.33, PictureUse.TILE: 0.33}


class LiveView:
    """Draws the newest frame of one camera in the sizes that are asked for; keeps none while nobody looks."""

    def __init__(
        self,
        slots_dir: Path,
        camera_id: int,
        publisher: LivePublisher,
        monotonic_s: Callable[[], float],
    ) -> None:
        """Draw nothing yet.

        Args:
            slots_dir: folder of the frame slots.
            camera_id: whose.
            publisher: hands the pictures to web.
            monotonic_s: the clock by which web asks.
        """
        self._publisher = publisher
        self._asked = AskedPictures(asked_path(slots_dir, camera_id), monotonic_s)
        self._newest: AnalysedFrame | None = None
        self._drawn: dict[PictureSize, AnalysedFrame] = {}
        self._drawn_s: dict[PictureSize, float] = {}
        # An earlier process may have left pictures; whoever looks sees them until there are newer ones.
        self._shown = {size for size in PictureSize if picture_slot_path(slots_dir, camera_id, size).exists()}

    @property
    def is_watched(self) -> bool:
        """Whether somebody looks at this camera alone; a tile among others does not count."""
        return any(use.size is PictureSize.LARGE for use in self._asked.uses())

    @property
    def is_idle(self) -> bool:
        """Whether nobody looks, and nothing is left to be taken away; cheap."""
        return not (self._shown or self._asked.uses())

    @property
    def lacks_frame(self) -> bool:
        """Whether somebody looks, and there is no picture for them."""
        return self._newest is None and any(use.size not in self._shown for use in self._asked.uses())

    def take(self, analysed: AnalysedFrame) -> None:
        """Take the newest frame if somebody looks; the one before is let go."""
        self._newest = None if self.is_idle else analysed

    def forget_frame(self) -> None:
        """Let the newest frame go: from now on it may not be shown."""
        self._newest = None
        self._drawn.clear()
        self._shown.clear()

    def show(self, renderer: FrameRenderer, caption: CameraCaption, now_s: float) -> None:
        """Draw what is asked for and due, and take away what nobody looks at any more.

        Raises:
            OSError: there is no room for a picture.
            ValueError: the frame cannot be drawn; it is not tried again.
        """
        uses = self._asked.uses()
        if not uses:
            self._newest = None
        for size in PictureSize:
            intervals_s = [LEAST_INTERVAL_S[use] for use in uses if use.size is size]
            if not intervals_s:
                self._take_away(size)
            elif self._newest is not None and now_s - self._drawn_s.get(size, 0.0) >= min(intervals_s):
                self._draw(size, self._newest, renderer, caption, now_s)

    def end(self) -> None:
        """Forget who looks: the camera is gone."""
        self._asked.forget()

    def _draw(
        self, size: PictureSize, newest: AnalysedFrame, renderer: FrameRenderer, caption: CameraCaption, now_s: float
    ) -> None:
        if self._drawn.get(size) is newest:
            return
        self._drawn[size], self._drawn_s[size] = newest, now_s
        self._publisher.publish_picture(size, renderer.jpeg(size, newest, caption), newest.frame.captured_at)
        self._shown.add(size)

    def _take_away(self, size: PictureSize) -> None:
        self._drawn.pop(size, None)
        self._drawn_s.pop(size, None)
        if size in self._shown:
            self._shown.discard(size)
            self._publisher.remove_picture(size)
