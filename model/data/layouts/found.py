"""What a detector finds of a layout, and from there to the labelled faces of one split."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

import numpy as np

from model.data.faces import SPLITS, DamagedFace, LabelledFaces, check_usable
from model.data.layouts.emotion_words import CONTEMPT, LEAVE_OUT, NUMBERINGS
from model.data.layouts.face_folder import FaceFolder
from model.data.layouts.face_reading import Face, read_faces, same_size
from model.data.layouts.holding_out import held_out
from model.data.layouts.refusals import contempt_found
from model.data.layouts.split_words import TEST
from model.errors import DatasetUnreadable
from model.labels import EMOTIONS


@dataclass(frozen=True)
class LabelledPicture:
    """One face that a layout names.

    Attributes:
        path: Below the folder.
        label: As the layout writes it: a word or a number.
        split: One of ``SPLITS``, ``TEST``, or None where the layout has none.
        person: Who it is, where the layout says so; empty where not.
        box: Left, top, right, bottom of the face as shares of the picture, or in pixels where one is above 1; None
            where the picture is the face.
        votes: FER+ votes in the order of ``VOTE_COLUMNS``; empty where there are none.
    """

    path: PurePosixPath
    label: str
    split: str | None = None
    person: str = ""
    box: tuple[float, float, float, float] | None = None
    votes: tuple[float, ...] = ()


@dataclass(frozen=True)
class FoundLayout:
    """A folder in a layout that is known.

    Attributes:
        name: Of the layout, as ``docs/data.md`` calls it.
        pictures: Every face that it names.
        numbering: What its numbers mean; empty where nobody can know.
        declared: (split, label) of folders that are there, also where nothing is in them.
        damaged: What it names and is not there, or cannot be understood.
        notes: What whoever trains on it should know, in sentences.
        names_emotions: Whether words for emotions were found, where a layout goes by words.
    """

    name: str
    pictures: tuple[LabelledPicture, ...]
    numbering: Mapping[str, str] = field(default_factory=dict)
    declared: tuple[tuple[str | None, str], ...] = ()
    damaged: tuple[DamagedFace, ...] = ()
    notes: tuple[str, ...] = ()
    names_emotions: bool = False

    def settled(self, folder: FaceFolder) -> "FoundLayout":
        """Return it with emotions for labels and splits of ``SPLITS`` alone; what is to be left out is left out.

        Raises:
            DatasetUnreadable: If a label is unknown, or a split has to be made and nobody said how.
        """
        meanings = self._meanings(folder)
        kept = [replace(one, label=meanings[one.label]) for one in self.pictures if meanings[one.label] != LEAVE_OUT]
        left_out = Counter(one.label for one in self.pictures if meanings[one.label] == LEAVE_OUT)
        declared = {(split, meanings[label]) for split, label in self.declared if meanings.get(label) != LEAVE_OUT}
        notes = [*self.notes, *(f"{label}: {count} pictures left out" for label, count in left_out.most_common())]
        settled = replace(self, pictures=tuple(kept), declared=tuple(declared), notes=tuple(notes))
        return settled._split(folder)

    def splits(self) -> tuple[str, ...]:
        """Return the splits that it has, in the order of ``SPLITS``."""
        named = {one.split for one in self.pictures} | {split for split, _ in self.declared}
        return tuple(split for split in SPLITS if split in named)

    def _meanings(self, folder: FaceFolder) -> dict[str, str]:
        labels = Counter({label: 0 for _, label in self.declared if label})
        labels.update(one.label for one in self.pictures)
        meanings = {label: folder.meaning_of(label, self.numbering) for label in labels}
        unknown = [label for label, meaning in meanings.items() if meaning is None]
        if unknown:
            raise self._unknown(folder, unknown)
        contempt = [label for label, meaning in meanings.items() if meaning == CONTEMPT]
        if contempt:
            raise contempt_found(folder.path, contempt[0], sum(labels[label] for label in contempt), "pictures")
        return {label: meaning for label, meaning in meanings.items() if meaning} | {"": ""}

    def _unknown(self, folder: FaceFolder, labels: Sequence[str]) -> DatasetUnreadable:
        """Say which label says no emotion, where it is, and what to do."""
        example = next((one.path for one in self.pictures if one.label in labels), None)
        place = f"{folder.path / example.parent}" if example else f"{folder.path}"
        if all(label.strip().isdigit() for label in labels):
            return DatasetUnreadable(
                f"{place}: numbers ({', '.join(sorted(labels)[:11])}) say no emotion by themselves: give --classes "
                f"with one of {', '.join(NUMBERINGS)}, or what each means: --classes 0=angry,1=disgust,2={LEAVE_OUT}"
            )
        return DatasetUnreadable(
            f"{place}: expected a folder or a label named after an emotion ({', '.join(EMOTIONS)}), came "
            f"{', '.join(map(repr, labels[:5]))}; rename it, take it away, or say what it is: --classes "
            f"'{labels[0]}=neutral' or --classes '{labels[0]}={LEAVE_OUT}'"
        )

    def _split(self, folder: FaceFolder) -> "FoundLayout":
        """Give every picture one of ``SPLITS``: the layout's own, or what is held out."""
        own = {one.split for one in self.pictures} | {split for split, _ in self.declared}
        public = "PrivateTest" if "PublicTest" in own else "PublicTest"
        meant: dict[str | None, str] = {split: split for split in SPLITS}
        meant |= {TEST: public, None: "Training"}
        pictures = [replace(one, split=meant[one.split]) for one in self.pictures]
        declared = tuple((meant[split], label) for split, label in self.declared)
        found = replace(self, pictures=tuple(pictures), declared=declared)
        if folder.held_out:
            return found._held_out(folder)
        is_whole = own <= {None}
        return replace(found, notes=(*found.notes, _WHOLE)) if is_whole and pictures else found

    def _held_out(self, folder: FaceFolder) -> "FoundLayout":
        if "PublicTest" in self.splits():
            raise DatasetUnreadable(f"{folder.path}: has a test split of its own; leave --held-out away")
        learnt = [one for one in self.pictures if one.split == "Training"]
        chosen = held_out([(one.label, one.person, one.path.as_posix()) for one in learnt], folder.held_out)
        kept = [one for one in self.pictures if one.split != "Training"]
        moved = [
            replace(one, split="PublicTest" if is_held else "Training")
            for one, is_held in zip(learnt, chosen, strict=True)
        ]
        return replace(self, pictures=(*kept, *moved), notes=(*self.notes, _told_people(learnt)))


_WHOLE = (
    "There is no split: all of it is Training. To train and to test give --held-out 0.2, which keeps a fifth of the "
    "people for PublicTest, or make folders train and test."
)


def _told_people(pictures: Sequence[LabelledPicture]) -> str:
    people = {one.person for one in pictures if one.person}
    if people:
        return f"Held out for PublicTest by person: {len(people)} people are known."
    return (
        "Held out for PublicTest picture by picture, as nobody says who is who: the same person may be in both, so "
        "figures there are better than on new people."
    )


def load_pictures(found: FoundLayout, folder: FaceFolder, split: str) -> LabelledFaces:
    """Read the faces of one split; see ``load_faces``.

    Args:
        found: A layout that was settled.
        folder: Where it is.
        split: One of ``SPLITS``.
    """
    if split not in found.splits():
        hint = "; give --held-out 0.2 to keep a fifth for it" if split == "PublicTest" else ""
        raise DatasetUnreadable(f"{folder.path}: no split {split}; there is {', '.join(found.splits())}{hint}")
    wanted = sorted((one for one in found.pictures if one.split == split), key=_order)
    faces, damaged = read_faces(folder.path, [Face(one.path, one.box) for one in wanted])
    damaged = [*found.damaged, *damaged]
    usable = [one for one, face in zip(wanted, faces, strict=True) if face is not None]
    check_usable(folder.path, split, len(usable), damaged)
    loaded = LabelledFaces(
        same_size([face for face in faces if face is not None]),
        np.array([EMOTIONS.index(one.label) for one in usable], dtype=np.int64),
        votes=np.array([one.votes for one in usable], np.float32) if all(one.votes for one in usable) else None,
        damaged=tuple(damaged),
        places=tuple(one.path.as_posix() for one in usable),
        notes=found.notes,
    )
    loaded.check_each_occurs(_emotions_of(found, split))
    return loaded


def _order(one: LabelledPicture) -> tuple[int, PurePosixPath]:
    return EMOTIONS.index(one.label), one.path


def _emotions_of(found: FoundLayout, split: str) -> set[str]:
    declared: Iterable[str] = (label for of, label in found.declared if of == split and label)
    return {*declared, *(one.label for one in found.pictures if one.split == split)}
