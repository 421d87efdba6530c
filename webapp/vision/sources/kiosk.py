"""A screen that sends the pictures of its own camera by itself; anyone who holds it may send anything."""

import time

from webapp.domain.cameras.kiosks import MAX_FRAME_PIXELS
from webapp.errors import CameraEnded, CameraHasNoVideo, CameraTimedOut, InputInvalid
from webapp.services.cameras.kiosk_frames import KioskPicture, KioskPictures
from webapp.vision.images.safe_decode import decode_untrusted
from webapp.vision.sources.source import ColourPicture, ColourSource, SourceFormat

_POLL_S = 0.01


class KioskSource(ColourSource):
    """A camera that is not called: it sends, or it does not. What cannot be decoded is passed over."""

    def __init__(self, sent: KioskPictures, timeout_s: float) -> None:
        self._sent = sent
        self._timeout_s = timeout_s
        self._number = 0
        self._first: ColourPicture | None = None

    def open(self) -> SourceFormat:
        """Wait for the first picture; see `Source.open`."""
        self._number, self._first = 0, None
        self._first = self.read()
        height_px, width_px = self._first.image_bgr.shape[:2]
        return SourceFormat("mjpeg", width_px, height_px, 0.0)

    def read(self) -> ColourPicture:
        """Wait for the next picture; see `Source.read`."""
        if self._first is not None:
            first, self._first = self._first, None
            return first
        ends_s, refused = time.monotonic() + self._timeout_s, None
        while time.monotonic() < ends_s:
            picture = self._next()
            if picture is None:
                time.sleep(_POLL_S)
                continue
            try:
                image_bgr = decode_untrusted(picture.jpeg, kinds=("JPEG",), max_pixels=MAX_FRAME_PIXELS)
                return self.received_picture(image_bgr)
            except InputInvalid as error:
                refused = error
        if refused is not None:
            raise CameraHasNoVideo("What the kiosk sends cannot be used. %(refused)s", refused=str(refused))
        raise CameraTimedOut("The kiosk sends no pictures: look at its screen, and at its network.")

    def close(self) -> None:
        """Forget the first picture."""
        self._first = None

    def _next(self) -> KioskPicture | None:
        """Return the newest picture if it was not read before.

        Raises:
            CameraEnded: it was taken away: the screen is gone.
        """
        number = self._sent.newest_number()
        if number == 0:
            raise CameraEnded("The kiosk has stopped sending: press Start on its screen.")
        if number == self._number:
            return None
        picture = self._sent.newest()
        if picture is not None:
            self._number = picture.number
        return picture
