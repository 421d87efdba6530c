"""Who is truly seen in a made-up scene: written beside it as JSON, and what a run found is compared with it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeAlias

from webapp.errors import InputInvalid

BoxXYXY: TypeAlias = tuple[float, float, float, float]
_FORMAT = 1


@dataclass(frozen=True)
class Appearance:
    """A face that is in the picture, turned to the camera, without a gap.

    Attributes:
        first_frame: the first frame with it, from 0.
        boxes_xyxy: its bounding box in each frame from there on, in pixels.
    """

    first_frame: int
    boxes_xyxy: tuple[BoxXYXY, ...]

    def box_at(self, frame: int) -> BoxXYXY | None:
        """Return its box in a frame; None where it is not seen."""
        number = frame - self.first_frame
        return self.boxes_xyxy[number] if 0 <= number < len(self.boxes_xyxy) else None


@dataclass(frozen=True)
class PersonTruth:
    """One person who walks through the scene.

    Attributes:
        person: counts from 1.
        emotion: what most viewers call the face; of one that turns angry, before.
        appearances: when the face is seen, by time.
        turns_angry_s: when it turns angry, in seconds from the first frame; None where it does not.
    """

    person: int
    emotion: str | None
    appearances: tuple[Appearance, ...]
    turns_angry_s: float | None = None


@dataclass(frozen=True)
class SceneTruth:
    """A scene, and who is seen in it.

    Attributes:
        width_px: of the picture.
        height_px: of the picture.
        fps: frames a second.
        frames: how many there are.
        seed: of everything that was drawn by chance.
        people: who is seen.
    """

    width_px: int
    height_px: int
    fps: float
    frames: int
    seed: int
    people: tuple[PersonTruth, ...]

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.frames / self.fps

    def appearances(self, least_s: float = 0.5) -> list[Appearance]:
        """Return all appearances that last for so long."""
        least_frames = round(least_s * self.fps)
        seen = [appearance for person in self.people for appearance in person.appearances]
        return [appearance for appearance in seen if len(appearance.boxes_xyxy) >= least_frames]

    @property
    def empty_share(self) -> float:
        """Share of the frames in which no face is seen."""
        return 1 - len(set(_frames_of(self.appearances(0)))) / self.frames

    def write(self, path: Path) -> None:
        """Write it as JSON."""
        text = json.dumps({"format": _FORMAT, **asdict(self)}, separators=(",", ":"))
        path.write_text(text + "\n", encoding="utf-8")


def truth_path(scene: Path) -> Path:
    """Return where the truth about a scene lies."""
    return scene.with_suffix(".json")


def read_truth(scene: Path) -> SceneTruth:
    """Read the truth about a scene.

    Raises:
        InputInvalid: there is none beside it, or it is none.
    """
    path = truth_path(scene)
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        people = tuple(_person(**person) for person in stored.pop("people"))
        if stored.pop("format") != _FORMAT:
            raise ValueError("another format")
        return SceneTruth(people=people, **stored)
    except FileNotFoundError:
        raise InputInvalid(
            f"There is no '{path.name}' beside '{scene.name}': expected a scene of 'run.py bench scene'."
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputInvalid(f"'{path}' does not say who is seen in a scene ({error}): make the scene again.") from None


def _person(
    person: int, emotion: str | None, appearances: Sequence[dict[str, object]], turns_angry_s: float | None
) -> PersonTruth:
    return PersonTruth(person, emotion, tuple(_appearance(**one) for one in appearances), turns_angry_s)  # type: ignore[arg-type]


def _appearance(first_frame: int, boxes_xyxy: Sequence[Sequence[float]]) -> Appearance:
    return Appearance(first_frame, tuple((box[0], box[1], box[2], box[3]) for box in boxes_xyxy))


def _frames_of(appearances: Iterable[Appearance]) -> Iterable[int]:
    for one in appearances:
        yield from range(one.first_frame, one.first_frame + len(one.boxes_xyxy))
