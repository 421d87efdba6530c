"""A folder of labelled faces, with what somebody has to say of it where it does not say so itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from model.data.layouts.emotion_words import CONTEMPT, LEAVE_OUT, NUMBERINGS, emotion_in, number_in
from model.errors import DatasetUnreadable
from model.labels import EMOTIONS

ARCHIVE_SUFFIXES = frozenset({".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"})
"""Of files that have to be unpacked first."""


@dataclass(frozen=True)
class FaceFolder:
    """Where labelled faces are, and how they are to be read.

    Attributes:
        path: The folder.
        classes: What a name or a number means: an emotion, ``contempt`` or ``leave-out``; names in lower case.
        contempt: What becomes of the eighth class: an emotion or ``leave-out``; empty refuses it.
        held_out: Share that becomes PublicTest where the folder has none, in [0, 1); 0 makes none.
    """

    path: Path
    classes: Mapping[str, str] = field(default_factory=dict)
    contempt: str = ""
    held_out: float = 0.0

    @classmethod
    def of(cls, folder: "Path | FaceFolder") -> "FaceFolder":
        """Return a folder of which nothing more is said, or the one that is given."""
        return folder if isinstance(folder, FaceFolder) else cls(folder)

    @property
    def name(self) -> str:
        """What the folder is called, also where it is given as ``.``."""
        return self.path.resolve().name

    def meaning_of(self, label: str, numbering: Mapping[str, str]) -> str | None:
        """Return what a label means.

        Args:
            label: A word or a number.
            numbering: What numbers mean in this layout; empty where nobody can know.

        Returns:
            An emotion, ``contempt`` where nobody said what becomes of it, ``leave-out``; None where it is unknown.
        """
        number = number_in(label)
        said = self.classes.get(label.strip().casefold()) or (number and self.classes.get(number))
        meaning = said or (numbering.get(number) if number else emotion_in(label))
        return (self.contempt or CONTEMPT) if meaning == CONTEMPT else meaning


def parse_classes(text: str) -> dict[str, str]:
    """Return what ``--classes`` says: ``0=angry,1=disgust``, or the name of a numbering, or both.

    Raises:
        DatasetUnreadable: If it says something else.
    """
    classes: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, equals, word = (piece.strip() for piece in part.partition("="))
        classes |= _meant(name, word) if equals else _numbering(part)
    return classes


def _meant(name: str, word: str) -> dict[str, str]:
    meaning = word.casefold() if word.casefold() == LEAVE_OUT else emotion_in(word)
    if not name or meaning is None:
        raise DatasetUnreadable(
            f"--classes: expected NAME=EMOTION with one of {', '.join(EMOTIONS)}, {CONTEMPT}, {LEAVE_OUT}; came "
            f"'{name}={word}'"
        )
    return {number_in(name) or name.casefold(): meaning}


def _numbering(name: str) -> Mapping[str, str]:
    numbering = NUMBERINGS.get(name.casefold())
    if numbering is None:
        raise DatasetUnreadable(f"--classes: expected NAME=EMOTION, or one of {', '.join(NUMBERINGS)}; came {name!r}")
    return numbering
