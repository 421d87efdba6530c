"""What several readers refuse in the same words."""

from pathlib import Path

from model.data.layouts.emotion_words import CONTEMPT, LEAVE_OUT
from model.errors import DatasetUnreadable
from model.labels import EMOTIONS


def contempt_found(place: Path, label: str, count: int, what: str) -> DatasetUnreadable:
    """Say that there is an eighth class of which somebody has to say what becomes of it.

    Args:
        place: A folder or a file.
        label: What it is called there.
        count: How many faces have it.
        what: What is counted, as ``pictures``.
    """
    named = CONTEMPT if label.casefold() == CONTEMPT else f"{CONTEMPT} ({label!r})"
    return DatasetUnreadable(
        f"{place}: {named} with {count} {what} is none of {', '.join(EMOTIONS)}: give --contempt {LEAVE_OUT}, or what "
        "it is to count as, such as --contempt disgust"
    )
