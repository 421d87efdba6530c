"""CK+ as it is given out: ``S005/001/S005_001_00000011.png``, and the emotion of each session in a file of its own.

Lucey et al. 2010, "The Extended Cohn-Kanade Dataset (CK+)". A session begins neutral and ends at the emotion's peak.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from model.data.faces import DamagedFace
from model.data.layouts.emotion_words import NUMBERINGS, number_in
from model.data.layouts.folder_tree import FolderTree
from model.data.layouts.found import FoundLayout, LabelledPicture
from model.errors import DatasetUnreadable

_SESSION = re.compile(r"S\d{3}_\d{3}", re.IGNORECASE)
_EMOTION = re.compile(r"(?P<session>S\d{3}_\d{3})_\d+_emotion\.txt", re.IGNORECASE)
_PEAK_FRAMES = 3


def find_ck_plus(tree: FolderTree) -> FoundLayout | None:
    """Return the layout where there are sessions of CK+ in folders of their own; else None.

    The last three frames of a session have its emotion, the first is neutral; a session without an emotion's file is
    left out, as its makers left it.

    Raises:
        DatasetUnreadable: If the emotions' files are missing.
    """
    sessions = _sessions(tree)
    emotions = {matched["session"].upper(): file for file in tree.files if (matched := _EMOTION.fullmatch(file.name))}
    if not sessions:
        return None
    if not emotions:
        raise DatasetUnreadable(
            f"{tree.root}: expected CK+'s folder Emotion with files such as S005_001_00000011_emotion.txt beside its "
            "pictures, came pictures alone; put it there"
        )
    pictures: list[LabelledPicture] = []
    damaged: list[DamagedFace] = []
    for session, frames in sessions.items():
        if session in emotions:
            label = _emotion_in(tree, emotions[session])
            if label is None:
                reason = "expected a number from 0 to 7, came something else"
                damaged.append(DamagedFace(emotions[session].as_posix(), reason))
                continue
            pictures += _labelled(session, frames, label)
    unnamed = len(sessions.keys() - emotions.keys())
    notes = (f"CK+: {unnamed} of {len(sessions)} sessions have no emotion's file and are left out",) if unnamed else ()
    return FoundLayout("CK+", tuple(pictures), NUMBERINGS["ckplus"], damaged=tuple(damaged), notes=notes)


def _sessions(tree: FolderTree) -> dict[str, list[PurePosixPath]]:
    """Return each session's frames in the order of their names, of those that lie in ``S005/001``."""
    frames: defaultdict[str, list[PurePosixPath]] = defaultdict(list)
    for path in tree.pictures:
        session = "_".join(path.parts[-3:-1]).upper()
        if _SESSION.fullmatch(session):
            frames[session].append(path)
    return {session: sorted(found) for session, found in frames.items()}


def _emotion_in(tree: FolderTree, file: PurePosixPath) -> str | None:
    """Return the number in a file such as ``   1.0000000e+00``; None where there is none from 0 to 7."""
    try:
        text = (tree.root / file).read_text(encoding="utf-8-sig")
        return number_in(str(float(text.strip())))
    except (OSError, ValueError):
        return None


def _labelled(session: str, frames: Sequence[PurePosixPath], label: str) -> Iterator[LabelledPicture]:
    person = session.partition("_")[0]
    count = len(frames)
    peak = min(_PEAK_FRAMES, max(1, count - 1))
    for number, path in enumerate(frames):
        if number >= count - peak:
            yield LabelledPicture(path, label, person=person)
        elif number == 0:
            yield LabelledPicture(path, "neutral", person=person)
