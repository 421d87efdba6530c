"""The faces of made-up scenes: those of a data set; without one the demo camera's portrait, smiling and scowling."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from webapp.cli.bench.scenes.drawing import EDGE, Actor, Face
from webapp.cli.bench.scenes.walks import Walk
from webapp.cli.offline.simulated_people import still_people
from webapp.domain.vision.emotions import Emotion
from webapp.errors import InputInvalid
from webapp.vision.sources.demo_scene import DemoScene

if TYPE_CHECKING:
    from numpy.random import Generator

_MOST_FACES = 240
# Middle and width of the portrait's face in the demo camera's picture when it begins.
_PORTRAIT_XY, _PORTRAIT_PX = (483, 198), 185


@dataclass(frozen=True)
class Cast:
    """The faces of a scene; both are there.

    Attributes:
        angry: those that most viewers call angry.
        others: all others.
    """

    angry: tuple[Face, ...]
    others: tuple[Face, ...]

    def actor(self, walk: Walk, rng: "Generator") -> Actor:
        """Return someone for a walk, drawn by chance: one in five looks angry, if nobody is to turn angry."""
        turns_angry = walk.turns_angry_s is not None
        faces = self.angry if not turns_angry and rng.random() < 0.2 else self.others
        angry_face = self.angry[int(rng.integers(len(self.angry)))] if turns_angry else None
        blue, green, red = (int(shade) for shade in rng.integers(30, 200, 3))
        return Actor(walk, faces[int(rng.integers(len(faces)))], angry_face, (blue, green, red))


def portrait_cast() -> Cast:
    """Return the public-domain portrait that scikit-image ships, as it is and with the demo camera's scowl.

    Raises:
        CameraUnreachable: scikit-image is not installed.
    """
    scene = DemoScene()
    angry, calm = (_portrait(scene, emotion, scowl) for emotion, scowl in ((Emotion.ANGRY, 1.0), (Emotion.HAPPY, 0.0)))
    return Cast((angry,), (calm,))


def dataset_cast(folder: Path, split: str, seed: int) -> Cast:
    """Return faces of a data set, a third of them angry.

    Raises:
        DatasetUnreadable: it cannot be read; see `model.data.loading.load_faces`.
        InputInvalid: it has no angry face, or no other one.
    """
    from model.data.loading import load_faces

    people = still_people(load_faces(folder, split), _MOST_FACES, seed)
    faces = [Face.of_gray(person.emotion, person.face_gray) for person in people if person.emotion]
    angry = tuple(face for face in faces if face.emotion == Emotion.ANGRY)
    others = tuple(face for face in faces if face.emotion != Emotion.ANGRY)
    if not angry or not others:
        raise InputInvalid(f"{folder}, {split}: expected angry faces and others, to show both.")
    return Cast(angry, others)


def _portrait(scene: DemoScene, emotion: Emotion, scowl: float) -> Face:
    reach_px = round((0.5 + EDGE) * _PORTRAIT_PX)
    (x, y), picture = _PORTRAIT_XY, scene.draw(0.0, scowl)
    return Face(emotion.value, picture[y - reach_px : y + reach_px, x - reach_px : x + reach_px].copy())
