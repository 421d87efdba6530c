"""The newest pictures of many cameras in one answer: a wall of sixteen asks once for all, not sixteen times."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from werkzeug.exceptions import BadRequest

from webapp.services.dashboard.live_frames import LiveFrames, PictureUse

MIME_TYPE = "application/octet-stream"
MOST_CAMERAS = 64
_EXPECTED = (
    f"Expected at most {MOST_CAMERAS} cameras such as have=3-0,4-1700000000000: id, and sequence of its picture."
)


@dataclass(frozen=True)
class Wanted:
    """A camera whose picture is wanted.

    Attributes:
        camera_id: which.
        sequence: that of the picture that the page has already; 0 for none.
    """

    camera_id: int
    sequence: int


def read_wanted(text: str) -> list[Wanted]:
    """Read what a page asks for.

    Raises:
        BadRequest: it cannot be read, or it is more than a wall holds.
    """
    pairs = [pair.split("-") for pair in text.split(",") if pair]
    if len(pairs) > MOST_CAMERAS or not all(_is_pair(pair) for pair in pairs):
        raise BadRequest(_EXPECTED)
    return [Wanted(int(camera_id), int(sequence)) for camera_id, sequence in pairs]


def _is_pair(pair: list[str]) -> bool:
    return len(pair) == 2 and all(part.isascii() and part.isdigit() and len(part) < 20 for part in pair)


def picture_sheet(live: LiveFrames, wanted: Iterable[Wanted], now: datetime, use: PictureUse) -> bytes:
    """Put the pictures together.

    Args:
        live: where they are.
        wanted: whose; of one that the page has already only the age is sent.
        now: the present, aware UTC.
        use: at full size or small.

    Returns:
        One line of JSON, a list with `camera_id`, `sequence` (0: no picture), `age_ms` and `length` of each; behind its
        line feed the JPEGs, in that order, each of its `length`.
    """
    index, jpegs = [], []
    for one in wanted:
        picture = live.picture(one.camera_id, use)
        jpeg = picture.jpeg if picture and picture.sequence != one.sequence else b""
        age_ms = max(0, round((now - picture.captured_at).total_seconds() * 1000)) if picture else 0
        sequence = picture.sequence if picture else 0
        index.append({"camera_id": one.camera_id, "sequence": sequence, "age_ms": age_ms, "length": len(jpeg)})
        jpegs.append(jpeg)
    return b"".join([json.dumps(index, separators=(",", ":")).encode(), b"\n", *jpegs])
