"""Takes whole pictures out of one answer, in time, and says what is wrong where there are none."""

import time

from webapp.errors import CameraEnded, CameraError, CameraHasNoVideo
from webapp.vision.sources.failures import no_picture_in_time
from webapp.vision.sources.http.client import Answer
from webapp.vision.sources.http.splitting import PictureSplitter

# Noise rather than a boundary, or a picture that is late.
_MUCH_BYTES = 256 * 1024
# A picture that has come by the length that was told, and has no end, may be one of a wrong length.
_LATE_END_S = 0.3


class PictureReader:
    """The pictures of one answer.

    Attributes:
        count: how many have come.
    """

    def __init__(self, answer: Answer) -> None:
        """Read nothing yet."""
        self.count = 0
        self._answer = answer
        self._splitter = PictureSplitter()
        self._ready: list[bytes] = []

    def next(self, timeout_s: float) -> bytes:
        """Wait for the next picture, as it is coded.

        Raises:
            CameraEnded: there are no more.
            CameraError: why there is none.
        """
        deadline_s = time.monotonic() + timeout_s
        while not self._ready:
            try:
                self._read(min(deadline_s, self._end_s))
            except TimeoutError:
                self._ready.extend(self._splitter.rest() if self._is_all_there else ())
                if not self._ready:
                    raise self._silence(timeout_s) from None
        self.count += 1
        return self._ready.pop(0)

    def goes_on(self, wait_s: float) -> bool:
        """Return whether more comes than one picture; an answer that does not say so is waited for."""
        if self._ready or self._is_multipart:
            return True
        try:
            return not self._answer.is_whole and self._answer.has_more(time.monotonic() + wait_s)
        except TimeoutError:
            return False

    @property
    def _is_all_there(self) -> bool:
        """Whether all of a first picture has come, if its camera tells the right length."""
        return self.count == 0 and self._answer.is_whole and not self._is_multipart

    @property
    def _end_s(self) -> float:
        return time.monotonic() + _LATE_END_S if self._is_all_there else float("inf")

    @property
    def _is_multipart(self) -> bool:
        return self._answer.kind.startswith("multipart/")

    def _read(self, deadline_s: float) -> None:
        if time.monotonic() > deadline_s:
            raise TimeoutError
        piece = self._answer.piece(deadline_s)
        if piece:
            self._ready.extend(self._splitter.feed(piece))
            return
        self._ready.extend(self._splitter.rest())
        if not self._ready:
            raise self._end()

    def _silence(self, timeout_s: float) -> CameraError:
        if self._is_all_there and self._splitter.passed_over:
            return self._no_picture()
        if self._splitter.passed_over < _MUCH_BYTES:
            return no_picture_in_time(timeout_s)
        return cannot_be_decoded() if self.count else self._no_picture()

    def _end(self) -> CameraError:
        if self.count:
            return CameraEnded("The stream came to its end.")
        if not self._splitter.passed_over:
            return CameraHasNoVideo("Expected a picture, got an empty answer: check the path of the address.")
        return self._no_picture()

    def _no_picture(self) -> CameraHasNoVideo:
        if self._is_multipart:
            return CameraHasNoVideo(
                "The path is right, but no picture is found in the camera's multipart stream, which is unusual: choose "
                "MJPEG or JPEG in the camera's own settings, or use its RTSP address."
            )
        return CameraHasNoVideo(
            "The camera answers, but what it sends is no picture: check the path of the address, and which format is "
            "chosen in the camera's own settings."
        )


def cannot_be_decoded() -> CameraHasNoVideo:
    """Return what to raise where pictures come that are damaged."""
    return CameraHasNoVideo("Expected pictures, got packets that cannot be decoded: check the camera's codec.")
