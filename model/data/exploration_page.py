"""An exploration as one page that needs nothing beside itself: no script, no file, no network."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import jinja2
import numpy as np
import numpy.typing as npt

from model.data.duplicates import DuplicatePair
from model.data.exploration import Exploration, mean_faces, sample_faces
from model.labels import EMOTIONS

PAGE_FILE = "explore.html"
_TEMPLATE = "explore.html.j2"
_SAMPLES = 12
_PAIRS = 12
_DAMAGED = 50
_UNEVEN = 3


def write_page(exploration: Exploration, out_dir: Path) -> Path:
    """Write ``explore.html``.

    Args:
        exploration: What to show.
        out_dir: Exists.

    Returns:
        The page. It holds faces of the data set, so anyone who may not have these may not have the page either.
    """
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True)
    page = environment.get_template(_TEMPLATE).render(
        name=exploration.name,
        tiles=_tiles(exploration),
        notes=_notes(exploration),
        splits=[(name, len(split), split.faces_gray.shape[1]) for name, split in exploration.splits.items()],
        counts=_count_rows(exploration),
        samples=_samples(exploration),
        means=_means(exploration),
        duplicates=exploration.duplicate_counts(),
        pairs=[_pair(exploration, pair) for pair in exploration.some_duplicates(_PAIRS)],
        matrix=None if exploration.disagreement is None else _matrix(exploration.disagreement),
        damaged=[(name, item) for name, split in exploration.splits.items() for item in split.damaged][:_DAMAGED],
        damaged_count=exploration.damaged_count,
    )
    path = out_dir / PAGE_FILE
    path.write_text(page, encoding="utf-8", errors="backslashreplace")
    return path


def _tiles(exploration: Exploration) -> list[tuple[str, str]]:
    """Return what is said first: (what, how many)."""
    tiles = [
        ("faces", f"{exploration.face_count:,}"),
        ("emotions", str(_emotion_count(exploration))),
        ("skipped as damaged", f"{exploration.damaged_count:,}"),
    ]
    if len(exploration.splits) > 1:
        tiles.append(("in two splits", f"{len(_faces_in_two_splits(exploration)):,}"))
    tiles.append(("repeated within a split", f"{sum(exploration.repeated.values()):,}"))
    if exploration.disagreement is not None:
        tiles.append(("agree with FER+'s majority", f"{_agreement(exploration.disagreement):.0%}"))
    return tiles


def _notes(exploration: Exploration) -> list[str]:
    """Return what someone who trains on these faces should know, in sentences."""
    of_reading = dict.fromkeys(note for split in exploration.splits.values() for note in split.notes)
    notes = [*of_reading, *_notes_on_counts(exploration), *_notes_on_duplicates(exploration)]
    if exploration.disagreement is not None:
        notes.append(
            f"Where most of FER+'s ten taggers agree on an emotion, the label says another one for "
            f"{1 - _agreement(exploration.disagreement):.0%} of the faces."
        )
    if len(exploration.splits) == 1:
        notes.append("There is only one split: nothing can be tested honestly before there is a second one.")
    return notes


def _notes_on_counts(exploration: Exploration) -> Iterator[str]:
    counts = exploration.total_counts()
    occurring = np.flatnonzero(counts)
    most, least = occurring[counts[occurring].argmax()], occurring[counts[occurring].argmin()]
    if counts[most] >= _UNEVEN * counts[least]:
        yield (
            f"There are {counts[most] / counts[least]:.1f} times as many {EMOTIONS[most]} as {EMOTIONS[least]} faces. "
            "Accuracy hides how the rare ones fare: look at macro-F1 and at each emotion's recall."
        )
    missing = [emotion for emotion, count in zip(EMOTIONS, counts, strict=True) if not count]
    if missing:
        yield f"There is no face of {', '.join(missing)}: train with the other emotions only, or add some."
    for name, row in exploration.counts().items():
        lacking = [EMOTIONS[label] for label in occurring if not row[label]]
        if lacking:
            yield f"{name} has no face of {', '.join(lacking)}, though another split has: collect some for it."


def _notes_on_duplicates(exploration: Exploration) -> Iterator[str]:
    for name, split in list(exploration.splits.items())[1:]:
        again = sum(face[0] == name for face in _faces_in_two_splits(exploration))
        if again:
            yield (
                f"{again:,} of {name}'s {len(split):,} faces ({again / len(split):.1%}) are in an earlier split too, "
                f"so figures measured on {name} are better than they would be on new faces."
            )
    contradicting = sum(exploration.is_contradiction(pair) for pair in exploration.duplicates)
    if contradicting:
        yield f"{contradicting:,} of the photos that are in two splits carry two different labels."


def _faces_in_two_splits(exploration: Exploration) -> set[tuple[str, int]]:
    return {pair.second for pair in exploration.duplicates}


def _emotion_count(exploration: Exploration) -> int:
    return int(np.count_nonzero(exploration.total_counts()))


def _agreement(counts: npt.NDArray[np.int64]) -> float:
    """Return the share of the faces with a FER+ majority whose label is that majority."""
    return float(np.trace(counts) / max(1, counts[:, :-1].sum()))


def _count_rows(exploration: Exploration) -> list[dict[str, Any]]:
    """Return for each emotion that occurs the count, the share and the bar's length in percent, of each split."""
    counts = exploration.counts()
    shares = {name: row / max(1, row.sum()) for name, row in counts.items()}
    longest = max(float(row.max()) for row in shares.values())
    return [
        {
            "emotion": emotion,
            "bars": [
                {"count": int(row[index]), "share": shares[name][index], "percent": 100 * shares[name][index] / longest}
                for name, row in counts.items()
            ],
        }
        for index, emotion in enumerate(EMOTIONS)
        if exploration.total_counts()[index]
    ]


def _samples(exploration: Exploration) -> list[tuple[str, list[str]]]:
    split = next(iter(exploration.splits.values()))
    samples = sample_faces(split, _SAMPLES)
    return [(emotion, [_address(face) for face in faces]) for emotion, faces in samples.items()]


def _means(exploration: Exploration) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (name, [(emotion, _address(face)) for emotion, face in mean_faces(split).items()])
        for name, split in exploration.splits.items()
    ]


def _pair(exploration: Exploration, pair: DuplicatePair) -> dict[str, Any]:
    return {
        "faces": [_paired_face(exploration, face) for face in (pair.first, pair.second)],
        "is_exact": pair.is_exact,
        "correlation": pair.correlation,
        "is_contradiction": exploration.is_contradiction(pair),
    }


def _paired_face(exploration: Exploration, face: tuple[str, int]) -> dict[str, str]:
    split = exploration.splits[face[0]]
    return {
        "split": face[0],
        "label": exploration.label_of(face),
        "place": split.places[face[1]] if split.places else "",
        "picture": _address(split.faces_gray[face[1]]),
    }


def _matrix(counts: npt.NDArray[np.int64]) -> list[dict[str, Any]]:
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return [
        {
            "emotion": emotion,
            "cells": [
                {"count": int(count), "share": float(share), "is_same": row == column}
                for column, (count, share) in enumerate(zip(counts[row], shares[row], strict=True))
            ],
        }
        for row, emotion in enumerate(EMOTIONS)
    ]


def _address(face_gray: npt.NDArray[np.uint8]) -> str:
    """Return a face as a ``data:`` address."""
    encoded = cv2.imencode(".png", face_gray)[1].tobytes()
    return f"data:image/png;base64,{base64.b64encode(encoded).decode()}"
