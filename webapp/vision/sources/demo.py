"""The demo camera: pictures that the program makes itself, through the real pipeline."""

from webapp.errors import CameraError
from webapp.vision.sources.demo_scene import FPS, HEIGHT_PX, WIDTH_PX, DemoScene
from webapp.vision.sources.pacing import Pace
from webapp.vision.sources.source import ColourPicture, ColourSource, SourceFormat


class DemoSource(ColourSource):
    """A camera that needs no camera."""

    def __init__(self) -> None:
        self._scene: DemoScene | None = None
        self._pace = Pace(FPS, longest_wait_s=1.0)
        self._number = 0

    def open(self) -> SourceFormat:
        """Begin at the first picture; see `Source.open`."""
        self._scene, self._number = DemoScene(), 0
        self._pace = Pace(FPS, longest_wait_s=1.0)
        return SourceFormat("raw", WIDTH_PX, HEIGHT_PX, FPS)

    def read(self) -> ColourPicture:
        """Wait until the next picture is due; see `Source.read`."""
        if self._scene is None:
            raise CameraError("Expected an open camera: call open first.")
        image_bgr = self._scene.picture(self._number)
        self._pace.wait(self._number / FPS)
        self._number += 1
        return self.received_picture(image_bgr)

    def close(self) -> None:
        """Forget the pictures."""
        self._scene = None
