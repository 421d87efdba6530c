"""Shows people to made-up cameras in several processes, a camera at a time."""

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from webapp.cli.processes.parts.pipeline_parts import face_tracker, frame_pipeline, load_classifier
from webapp.settings import Settings
from webapp.vision.alert_evaluation.people import Person, SceneStyle, StillPerson
from webapp.vision.alert_evaluation.simulation import SeenCamera, watch_people

if TYPE_CHECKING:
    from model.data.faces import LabelledFaces
    from webapp.vision.pipeline.frame_pipeline import FramePipeline

SeenPeople: TypeAlias = Sequence[tuple[Sequence[Person], SeenCamera]]
# So many people come before one camera: the result does not depend on how many processes there are.
_PER_CAMERA = 12
_ANGRY_SHARE = 1 / 3
_UNDECIDED_SHARE = 1 / 9


def still_people(faces: "LabelledFaces", count: int, seed: int) -> list[StillPerson]:
    """Choose people among labelled faces, in an order that is drawn by chance.

    Args:
        faces: with FER+ votes where there are any; without them a face is what its label says.
        count: how many; a third of them angry, a ninth without a majority, as far as there are so many. 0 takes all.
        seed: draws.
    """
    from model.data.targets import majority_emotions
    from model.labels import EMOTIONS

    called = faces.labels if faces.votes is None else majority_emotions(faces)
    rng = np.random.default_rng([seed, 1])
    order = rng.permutation(len(called))
    if count:
        angry = order[called[order] == EMOTIONS.index("angry")][: round(_ANGRY_SHARE * count)]
        undecided = order[called[order] < 0][: round(_UNDECIDED_SHARE * count)]
        others = order[called[order] > EMOTIONS.index("angry")][: count - len(angry) - len(undecided)]
        order = rng.permutation(np.concatenate([angry, undecided, others]))
    return [
        StillPerson(
            faces.places[index] if faces.places else str(index),
            EMOTIONS[called[index]] if called[index] >= 0 else None,
            faces.faces_gray[index],
        )
        for index in order
    ]


def watch_all(
    people: Sequence[StillPerson],
    settings: Settings,
    style: SceneStyle,
    workers: int,
    on_people: Callable[[int], object] = lambda count: None,
) -> SeenPeople:
    """Let people come before cameras, `_PER_CAMERA` before each, and return what the pipeline saw.

    Args:
        people: who comes, in this order.
        settings: the detector's, the tracker's, and which artefact.
        style: how they are shown.
        workers: processes; with one, this one does the work.
        on_people: called with how many more have been shown.
    """
    groups = [list(people[first : first + _PER_CAMERA]) for first in range(0, len(people), _PER_CAMERA)]
    if workers == 1:
        return [(group, _noted(_watch(group, settings, style, n), group, on_people)) for n, group in enumerate(groups)]
    # Spawned: a process that has loaded OpenCV and LiteRT must not be forked.
    context = multiprocessing.get_context("spawn")
    seen: dict[int, SeenCamera] = {}
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        waiting = {pool.submit(_watch, group, settings, style, n): n for n, group in enumerate(groups)}
        for done in as_completed(waiting):
            number = waiting[done]
            seen[number] = _noted(done.result(), groups[number], on_people)
    return [(group, seen[number]) for number, group in enumerate(groups)]


def _noted(camera: SeenCamera, group: Sequence[StillPerson], on_people: Callable[[int], object]) -> SeenCamera:
    on_people(len(group))
    return camera


def _watch(group: Sequence[StillPerson], settings: Settings, style: SceneStyle, number: int) -> SeenCamera:
    from webapp.cli.processes.artefact import read_artefact_policy

    tracker = face_tracker(settings, read_artefact_policy(settings.model_dir))
    return watch_people(group, _pipeline(settings), tracker, style, number)


@cache
def _pipeline(settings: Settings) -> "FramePipeline":
    """Return this process's pipeline, on one thread: the others run beside it."""
    import cv2

    cv2.setNumThreads(1)
    single = settings.model_copy(update={"model_threads": 1})
    return frame_pipeline(single, load_classifier(single))
