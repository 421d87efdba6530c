"""Finds whole pictures in a stream of bytes, whatever stands between them: boundaries right, wrong or none.

Each picture is followed by its own structure (JPEG: ITU-T T.81, annex B; PNG: RFC 2083), so neither the lengths nor the
boundaries that a camera tells count, and a thumbnail inside a picture is not taken for one.
"""

import re
from collections.abc import Iterator

from webapp.vision.sources.failures import too_much_memory

MOST_BYTES = 32 * 2**20
_START = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n")
# These tell their length, and too little to be found among other bytes: they count at the start of an answer alone.
_MEASURED = re.compile(rb"BM(?P<bmp>.{4})\0{4}|RIFF(?P<webp>.{4})WEBP", re.DOTALL)
_LONGEST_START_BYTES = 12
_PNG = 0x89
# Within the coded picture 0xFF is followed by zero, and a restart is none of its ends.
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_BEGINS, _ENDS, _SCANS = 0xD8, 0xD9, 0xDA
_ALONE = frozenset((0x01, *range(0xD0, 0xD8)))
_MARKER_BYTES, _PNG_CHUNK_BYTES = 2, 12


class PictureSplitter:
    """Takes pieces as they come and gives pictures as soon as each is whole.

    Attributes:
        passed_over: bytes since the last picture that belong to none.
    """

    def __init__(self) -> None:
        """Begin at the start of an answer."""
        self.passed_over = 0
        self._buffer = bytearray()
        self._at = 0
        self._is_inside = self._is_in_scan = False
        self._is_first = True
        self._measured_bytes = 0

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Yield the pictures that end in the next piece.

        Raises:
            CameraPictureTooLarge: one has no end.
        """
        self._buffer += piece
        while self._begin() and (end := self._end()):
            picture = bytes(self._buffer[:end])
            del self._buffer[:end]
            self._is_inside = False
            self.passed_over = 0
            yield picture
        if len(self._buffer) > MOST_BYTES:
            raise too_much_memory()

    def rest(self) -> Iterator[bytes]:
        """Yield the picture that the end of the answer cut off, if most of it may have come."""
        if self._is_inside and self._is_in_scan:
            yield bytes(self._buffer)
        else:
            self.passed_over += len(self._buffer)
        self._buffer.clear()
        self._is_inside = False

    def _begin(self) -> bool:
        """Drop what stands before a picture; returns whether one has begun."""
        if self._is_inside:
            return True
        if self._is_first:
            self._buffer = self._buffer.lstrip(b"\r\n")
            if len(self._buffer) < _LONGEST_START_BYTES:
                return False
        measured = _MEASURED.match(self._buffer) if self._is_first else None
        self._is_first = False
        found = measured or _START.search(self._buffer)
        dropped = found.start() if found else max(0, len(self._buffer) - _LONGEST_START_BYTES)
        del self._buffer[:dropped]
        self.passed_over += dropped
        self._at = _MARKER_BYTES if self._buffer[:1] != bytes([_PNG]) else 8
        self._is_inside, self._is_in_scan = found is not None, False
        self._measured_bytes = _measured_bytes(measured) if measured else 0
        return self._is_inside

    def _end(self) -> int:
        """Return where the picture ends; 0 while it has not."""
        if self._measured_bytes:
            return self._measured_bytes if len(self._buffer) >= self._measured_bytes else 0
        return self._png_end() if self._buffer[0] == _PNG else self._jpeg_end()

    def _png_end(self) -> int:
        while len(self._buffer) >= self._at + _PNG_CHUNK_BYTES:
            kind = self._buffer[self._at + 4 : self._at + 8]
            self._at += _PNG_CHUNK_BYTES + int.from_bytes(self._buffer[self._at : self._at + 4], "big")
            if kind == b"IEND":
                return self._at
        return 0

    def _jpeg_end(self) -> int:
        buffer = self._buffer
        while len(buffer) >= self._at + _MARKER_BYTES:
            if self._is_in_scan or buffer[self._at] != 0xFF:
                found = _AFTER_SCAN.search(buffer, self._at)
                self._at = found.start() if found else len(buffer) - 1
                self._is_in_scan = found is None
                continue
            marker = buffer[self._at + 1]
            if marker in (_ENDS, _BEGINS):  # Some leave out the end.
                return self._at + (_MARKER_BYTES if marker == _ENDS else 0)
            if marker == 0xFF or marker in _ALONE:
                self._at += 1 if marker == 0xFF else _MARKER_BYTES
            elif len(buffer) < self._at + 2 * _MARKER_BYTES:
                break
            else:
                start = self._at + _MARKER_BYTES
                self._at = start + int.from_bytes(buffer[start : start + 2], "big")
                self._is_in_scan = marker == _SCANS
        return 0


def _measured_bytes(begins: re.Match[bytes]) -> int:
    """Return the length that a picture tells of itself."""
    bmp, webp = begins["bmp"], begins["webp"]
    return int.from_bytes(bmp, "little") if bmp else int.from_bytes(webp, "little") + 8
