"""Which faces belong together, and to which split they go: by person and time, never picture by picture.

Two pictures of one person a second apart are nearly the same picture. Were one learnt from and the other tested on,
the test would say how well faces are remembered, not how well they are classified. So a named person goes to one
split for good; where nobody is named, a stretch of time goes to one split as a whole, with a pause between two.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from webapp.errors import InputInvalid

STRETCH_S = 60.0
"""Longest stretch of a video or a camera that goes to one split as a whole, where nobody is named."""
PAUSE_S = 5.0
"""Seconds between two such stretches from which nothing is kept."""
PHOTO_GAP_S = 600.0
"""Photos with more than this between them were taken in another session."""
_EVERY, _TEST_TURN = 5, 1  # The second of every five goes to test, so that two are enough to have both splits.


class CollectionSplit(StrEnum):
    """What faces are for; also the name of their folder."""

    TRAIN = "train"
    TEST = "test"


@dataclass(frozen=True)
class CaptureSession:
    """One person during one stretch of time, showing one emotion.

    Attributes:
        source: the camera, video or folder as people may see it: without user name and password.
        person: short name of the person; empty where nobody was named.
        emotion: what the person shows.
        begun_at: when the first face was seen (aware UTC).
        ended_at: when the last one was.
    """

    source: str
    person: str
    emotion: str
    begun_at: datetime
    ended_at: datetime

    def is_near(self, other: "CaptureSession") -> bool:
        """Return whether both are of one source, and overlap or are less than the pause between stretches apart."""
        pause = timedelta(seconds=PAUSE_S)
        in_time = self.begun_at < other.ended_at + pause and other.begun_at < self.ended_at + pause
        return in_time and self.source == other.source


def choose_split(new: CaptureSession, known: Sequence[tuple[CaptureSession, CollectionSplit]]) -> CollectionSplit:
    """Decide where a session goes; about a fifth of all go to test.

    A named person stays in the split where the person is. Of new persons, the second, seventh, twelfth … go to test.
    Where nobody is named, a session follows the one that it overlaps; of the others of each emotion the second,
    seventh … go to test.

    Args:
        new: what is to be placed.
        known: what was placed before, oldest first.
    """
    if new.person:
        split_of = {session.person: split for session, split in known if session.person}
        return split_of.get(new.person) or _turn(len(split_of))
    unnamed = [(session, split) for session, split in known if not session.person]
    near = next((split for session, split in unnamed if session.is_near(new)), None)
    return near or _turn(sum(session.emotion == new.emotion for session, _ in unnamed))


def _turn(number: int) -> CollectionSplit:
    return CollectionSplit.TEST if number % _EVERY == _TEST_TURN else CollectionSplit.TRAIN


def stretch_at(time_s: float) -> int | None:
    """Return the number of the stretch that a time is in; None in the pause between two.

    Args:
        time_s: seconds since the recording or the camera began.
    """
    number, into_s = divmod(time_s, STRETCH_S + PAUSE_S)
    return int(number) if into_s < STRETCH_S else None


def group_by_gap(times: Sequence[datetime]) -> list[int]:
    """Return the number of the session of each photo.

    Args:
        times: when they were taken, in order.
    """
    numbers: list[int] = []
    for index, at in enumerate(times):
        is_new = index > 0 and (at - times[index - 1]).total_seconds() > PHOTO_GAP_S
        numbers.append(numbers[-1] + is_new if numbers else 0)
    return numbers


def short_name(person: str) -> str:
    """Return a person's name as it may stand in a file's name: lower case, letters and digits, hyphens between.

    Raises:
        InputInvalid: nothing of it is left.
    """
    letters = unicodedata.normalize("NFKC", person).casefold()
    words = "".join(letter if letter.isalnum() else " " for letter in letters).split()
    if not words:
        raise InputInvalid(f"Expected a person's name with a letter or a digit in it, got '{person}'.")
    return "-".join(words)[:40].rstrip("-")
