"""A labelled set of faces on disk: `train|test/<emotion>/<person>-<time>-<n>.png`, and where they come from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from webapp.errors import InputInvalid
from webapp.vision.dataset.capture_sessions import CaptureSession, CollectionSplit, choose_split
from webapp.vision.images.image_io import write_picture

RECORD_NAME = "collection.json"
_FORMAT = 1
_UNNAMED = "unnamed"


@dataclass(frozen=True)
class StoredSession:
    """A session whose faces are in the collection.

    Attributes:
        session: who showed what and when.
        split: where its faces are.
        face_count: how many were added; some may have been deleted since.
        cropping: how faces were found and cut out, by the names of the settings.
        collected_at: when they were added (aware UTC).
    """

    session: CaptureSession
    split: CollectionSplit
    face_count: int
    cropping: Mapping[str, float]
    collected_at: datetime

    def as_object(self) -> dict[str, Any]:
        """Return what is in the record's file."""
        return {
            "person": self.session.person,
            "source": self.session.source,
            "emotion": self.session.emotion,
            "split": self.split.value,
            "begun_at": self.session.begun_at.isoformat(),
            "ended_at": self.session.ended_at.isoformat(),
            "faces": self.face_count,
            "cropping": dict(self.cropping),
            "collected_at": self.collected_at.isoformat(),
        }

    @classmethod
    def from_object(cls, told: Mapping[str, Any]) -> "StoredSession":
        """Read what `as_object` returned.

        Raises:
            KeyError, TypeError, ValueError: it is something else.
        """
        begun_at, ended_at, collected_at = (
            datetime.fromisoformat(told[name]).astimezone(UTC) for name in ("begun_at", "ended_at", "collected_at")
        )
        session = CaptureSession(told["source"], told["person"], told["emotion"], begun_at, ended_at)
        return cls(session, CollectionSplit(told["split"]), told["faces"], told["cropping"], collected_at)


class Collection:
    """The set in one folder. Two programs must not add to it at the same time."""

    def __init__(self, folder: Path, face_px: int) -> None:
        """Open a collection, or begin one in a folder that is new or empty.

        Args:
            folder: where it is; nothing is written before the first face.
            face_px: side of the faces.

        Raises:
            InputInvalid: the folder holds something else, or faces of another size.
        """
        self._folder = folder
        self._face_px = face_px
        self._kept = self._read_record()

    def faces_gray(self) -> NDArray[np.uint8]:
        """Return all faces, uint8 (N, S, S); pictures that someone damaged are left out."""
        paths = [path for split in CollectionSplit for path in sorted((self._folder / split.value).glob("*/*.png"))]
        # Not cv2.imread, which cannot read every name on every system.
        encoded = [np.frombuffer(path.read_bytes(), np.uint8) for path in paths]
        pictures = [cv2.imdecode(one, cv2.IMREAD_GRAYSCALE) if len(one) else None for one in encoded]
        size = (self._face_px, self._face_px)
        usable = [
            np.asarray(picture, np.uint8) for picture in pictures if picture is not None and picture.shape == size
        ]
        return np.stack(usable) if usable else np.zeros((0, *size), np.uint8)

    def counts(self) -> dict[CollectionSplit, dict[str, int]]:
        """Return how many faces there are of each split and emotion."""
        return {split: _counts(self._folder / split.value) for split in CollectionSplit}

    def add(
        self,
        session: CaptureSession,
        faces_gray: NDArray[np.uint8],
        cropping: Mapping[str, float],
        collected_at: datetime,
    ) -> CollectionSplit:
        """Add the faces of one session, all to one split.

        Args:
            session: who showed what and when.
            faces_gray: uint8, (N, S, S).
            cropping: see `StoredSession.cropping`.
            collected_at: now (aware UTC).

        Returns:
            The split.

        Raises:
            InputInvalid: the folder cannot be written.
        """
        split = choose_split(session, [(kept.session, kept.split) for kept in self._kept])
        # The record goes first: a person without faces does no harm, faces of unknown persons would.
        self._kept.append(StoredSession(session, split, len(faces_gray), cropping, collected_at))
        try:
            self._write_record()
            self._write_faces(self._folder / split.value / session.emotion, session, faces_gray)
        except OSError as error:
            raise InputInvalid(f"Cannot write to '{self._folder}': {error.strerror}.") from None
        return split

    def _write_faces(self, folder: Path, session: CaptureSession, faces_gray: NDArray[np.uint8]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        begin = f"{session.person or _UNNAMED}-{session.begun_at:%Y%m%dT%H%M%S}Z-"
        taken = [int(path.stem.removeprefix(begin)) for path in folder.glob(f"{begin}*.png")]
        for number, face_gray in enumerate(faces_gray, max(taken, default=0) + 1):
            write_picture(folder / f"{begin}{number:03d}.png", face_gray)

    def _write_record(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        sessions = [kept.as_object() for kept in self._kept]
        record = {"format": _FORMAT, "face_px": self._face_px, "occasions": sessions}
        new = self._folder / f"{RECORD_NAME}.new"
        new.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        new.replace(self._folder / RECORD_NAME)

    def _read_record(self) -> list[StoredSession]:
        path = self._folder / RECORD_NAME
        if not path.exists():
            self._check_empty()
            return []
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            face_px, kept = record["face_px"], [StoredSession.from_object(told) for told in record["occasions"]]
        except (OSError, KeyError, TypeError, ValueError):
            raise InputInvalid(f"'{path}' is damaged: put back a copy of it, or collect into a new folder.") from None
        if face_px != self._face_px:
            raise InputInvalid(
                f"'{self._folder}' holds faces of {face_px} pixels, but {self._face_px} are asked for: give --size "
                f"{face_px}, or a new folder."
            )
        return kept

    def _check_empty(self) -> None:
        if self._folder.exists() and (not self._folder.is_dir() or any(self._folder.iterdir())):
            raise InputInvalid(
                f"'{self._folder}' is no collection (it has no {RECORD_NAME}) and not empty: give a new folder."
            )


def _counts(split_folder: Path) -> dict[str, int]:
    folders = sorted(path for path in split_folder.glob("*") if path.is_dir())
    return {folder.name: sum(1 for _ in folder.glob("*.png")) for folder in folders}
