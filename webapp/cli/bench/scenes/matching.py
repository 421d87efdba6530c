"""What was found of a scene, compared with its truth; and where in its loop a camera was at what time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from webapp.cli.bench.scenes.truth import BoxXYXY, SceneTruth
from webapp.domain.vision.faces import intersection_over_union

SAME_FACE_IOU = 0.2
# So long a stretch is fitted at once: a loop takes a few milliseconds longer than its frames.
_STRETCH_S = 40.0
_MOST_FITTED = 80
# Faces that lie on average less well on the truth than this were not seen in this scene.
_LEAST_FIT = 0.3


@dataclass(frozen=True)
class Sighting:
    """The faces that were found and read in one analysed frame.

    Attributes:
        at_s: when it was captured, on a clock of the run's own.
        boxes_xyxy: where they were.
    """

    at_s: float
    boxes_xyxy: tuple[BoxXYXY, ...]


def found_appearances(
    truth: SceneTruth, seen: Mapping[int, Sequence[BoxXYXY]], least_s: float = 0.5, read_s: float = 0.0
) -> frozenset[int]:
    """Return which of a scene's appearances were found.

    Args:
        truth: who is seen.
        seen: number of an analysed frame → the faces that were found and read in it.
        least_s: shorter appearances do not count.
        read_s: for how long, all its frames together, a face was read; 0: in one frame.

    Returns:
        Indices into `truth.appearances(least_s)`.
    """
    found = set()
    for number, appearance in enumerate(truth.appearances(least_s)):
        frames = range(appearance.first_frame, appearance.first_frame + len(appearance.boxes_xyxy))
        read = sum(_is_on(appearance.box_at(frame), seen.get(frame, ())) for frame in frames)
        if read >= max(1, round(read_s * truth.fps)):
            found.add(number)
    return frozenset(found)


def person_at(truth: SceneTruth, frame: int, box_xyxy: BoxXYXY) -> int | None:
    """Return whose face a box is; None where it is nobody's."""
    for person in truth.people:
        if any(_is_on(appearance.box_at(frame), [box_xyxy]) for appearance in person.appearances):
            return person.person
    return None


def _is_on(true_xyxy: BoxXYXY | None, boxes_xyxy: Sequence[BoxXYXY]) -> bool:
    if true_xyxy is None or not boxes_xyxy:
        return False
    overlaps = intersection_over_union(np.asarray([true_xyxy], np.float32), np.asarray(boxes_xyxy, np.float32))
    return bool(overlaps.max() >= SAME_FACE_IOU)


@dataclass(frozen=True)
class LoopPlace:
    """Where a camera that plays a scene in a loop was in it, from some time on.

    Attributes:
        from_s: from when on this holds, on the clock of the sightings.
        began_s: when the loop began that was shown then.
        loop: which one that was.
    """

    from_s: float
    began_s: float
    loop: int


@dataclass(frozen=True)
class LoopClock:
    """Translates between the clock of a run and the scene that a camera plays in a loop.

    Attributes:
        truth: of the scene.
        places: by time; at least one.
    """

    truth: SceneTruth
    places: tuple[LoopPlace, ...]

    def frame_at(self, at_s: float) -> tuple[int, int]:
        """Return the loop and the frame that were shown."""
        place = next((one for one in reversed(self.places) if one.from_s <= at_s), self.places[0])
        loops, frame = divmod(round((at_s - place.began_s) * self.truth.fps), self.truth.frames)
        return place.loop + loops, frame

    def shown_s(self, loop: int, time_s: float) -> float:
        """Return when a moment of a loop was shown."""
        for place in reversed(self.places):
            at_s = place.began_s + (loop - place.loop) * self.truth.seconds + time_s
            if at_s >= place.from_s or place is self.places[0]:
                break
        return at_s

    def shown_between(self, time_s: float, from_s: float, to_s: float) -> list[tuple[int, float]]:
        """Return in which loops a moment was shown within a span, and when."""
        loops = range(self.frame_at(from_s)[0] - 1, self.frame_at(to_s)[0] + 2)
        shown = [(loop, self.shown_s(loop, time_s)) for loop in loops]
        return [(loop, at_s) for loop, at_s in shown if from_s <= at_s < to_s]


def fit_loop(truth: SceneTruth, sightings: Sequence[Sighting]) -> LoopClock | None:
    """Find out from where faces were, where in its loop a camera was, to a frame.

    Args:
        truth: of the scene that it plays.
        sightings: in order.

    Returns:
        None where no faces were found that fit the scene.
    """
    if not sightings:
        return None
    begin_s, end_s = sightings[0].at_s, sightings[-1].at_s + 1 / truth.fps
    edges_s = np.linspace(begin_s, end_s, max(1, round((end_s - begin_s) / _STRETCH_S)) + 1).tolist()
    true_xyxy, places = _boxes_by_frame(truth), list[LoopPlace]()
    for from_s, to_s in pairwise(edges_s):
        stretch = [one for one in sightings if from_s <= one.at_s < to_s and one.boxes_xyxy]
        offset = _best_offset(true_xyxy, truth.fps, stretch, from_s)
        if offset is not None:
            began_s = from_s - offset / truth.fps
            loop = round((began_s - places[0].began_s) / truth.seconds) if places else 0
            places.append(LoopPlace(from_s, began_s, loop))
    return LoopClock(truth, tuple(places)) if places else None


def _boxes_by_frame(truth: SceneTruth) -> NDArray[np.float32]:
    """Return float32 (frames, people, 4); NaN where somebody is not seen."""
    boxes = np.full((truth.frames, max(1, len(truth.people)), 4), np.nan, np.float32)
    for row, person in enumerate(truth.people):
        for one in person.appearances:
            boxes[one.first_frame : one.first_frame + len(one.boxes_xyxy), row] = one.boxes_xyxy
    return boxes


def _best_offset(
    true_xyxy: NDArray[np.float32], fps: float, sightings: Sequence[Sighting], from_s: float
) -> int | None:
    """Return the frame that was shown at `from_s`; None where the faces fit nowhere."""
    step = max(1, len(sightings) // _MOST_FITTED)
    pairs = [(round((one.at_s - from_s) * fps), box) for one in sightings[::step] for box in one.boxes_xyxy]
    if not pairs:
        return None
    numbers, boxes = np.array([number for number, _ in pairs]), np.asarray([box for _, box in pairs], np.float32)
    fits = [_fit(true_xyxy[(numbers + offset) % len(true_xyxy)], boxes) for offset in range(len(true_xyxy))]
    best = int(np.argmax(fits))
    return best if fits[best] >= _LEAST_FIT else None


def _fit(true_xyxy: NDArray[np.float32], boxes_xyxy: NDArray[np.float32]) -> float:
    """Return how well boxes (N, 4) lie on the nearest of the true ones (N, P, 4), in [0, 1]."""
    top_left = np.maximum(true_xyxy[:, :, :2], boxes_xyxy[:, None, :2])
    bottom_right = np.minimum(true_xyxy[:, :, 2:], boxes_xyxy[:, None, 2:])
    common = np.prod(np.clip(bottom_right - top_left, 0, None), axis=2)
    areas = np.prod(true_xyxy[:, :, 2:] - true_xyxy[:, :, :2], axis=2)
    own = np.prod(boxes_xyxy[:, 2:] - boxes_xyxy[:, :2], axis=1)[:, None]
    return float(np.nan_to_num(common / (areas + own - common)).max(axis=1).mean())
