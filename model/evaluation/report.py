"""The evaluation as one page that needs nothing beside itself: no script, no file, no network."""

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import jinja2
import numpy as np
import numpy.typing as npt

from model.data.faces import LabelledFaces
from model.evaluation.people import people_sections
from model.evaluation.report_sections import percent, sections
from model.evaluation.report_text import plain_words

REPORT_FILE = "report.html"
EVALUATION_FILE = "evaluation.json"
GALLERY_FACES = 24
_TEMPLATE = "report.html.j2"


@dataclass(frozen=True)
class Mistake:
    """A face that was read wrongly.

    Attributes:
        picture: The face, as a ``data:`` address.
        actual: Its label.
        predicted: What was said instead.
        confidence: How sure the model was, in [0, 1].
        place: Where the face comes from; empty where that is not known.
    """

    picture: str
    actual: str
    predicted: str
    confidence: float
    place: str


def write_report(
    evaluation: dict[str, Any],
    split: LabelledFaces | None,
    scores: npt.NDArray[np.float32] | None,
    out_dir: Path,
    *,
    curves: list[dict[str, float]] | None,
    gallery: bool,
) -> Path:
    """Write ``report.html`` and ``evaluation.json``.

    Args:
        evaluation: From ``evaluate_model``, with ``data``, ``split`` and ``measured_at``; ``robustness`` may lack.
        split: The faces that were measured; only the gallery shows them, so without one they may be None.
        scores: What the model says of them, float32, shape (N, len(split.emotions)).
        out_dir: Made where it does not exist.
        curves: One row per epoch of the training; None where they are not known.
        gallery: Show the worst mistakes. Without them the page holds no picture of the data and may be published
            where the data may not.

    Returns:
        The path of the page.

    Raises:
        ValueError: If a gallery is asked for without faces and scores.
    """
    if gallery and (split is None or scores is None):
        raise ValueError("a gallery shows faces: give split and scores, or gallery=False")
    mistakes = worst_mistakes(split, scores) if gallery and split is not None and scores is not None else []
    out_dir.mkdir(parents=True, exist_ok=True)
    (out_dir / EVALUATION_FILE).write_text(json.dumps(evaluation, indent=2) + "\n", encoding="utf-8")
    page = out_dir / REPORT_FILE
    page.write_text(render_report(evaluation, curves or [], mistakes), encoding="utf-8")
    return page


def render_report(evaluation: dict[str, Any], curves: list[dict[str, float]], mistakes: list[Mistake]) -> str:
    """Return the page; see ``write_report``."""
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    templates = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    return templates.get_template(_TEMPLATE).render(
        evaluation=evaluation,
        tiles=_tiles(evaluation),
        facts=_facts(evaluation),
        sentences=plain_words(evaluation),
        sections=[*people_sections(evaluation.get("people", {})), *sections(evaluation, curves)],
        mistakes=mistakes,
    )


def worst_mistakes(split: LabelledFaces, scores: npt.NDArray[np.float32], most: int = GALLERY_FACES) -> list[Mistake]:
    """Return the faces that were read wrongly with the highest confidence, the surest first.

    Args:
        split: Faces with labels.
        scores: float32, shape (N, len(split.emotions)).
        most: At most so many.
    """
    confidences, predicted = scores.max(axis=1), scores.argmax(axis=1)
    surest = np.argsort(-confidences, kind="stable")
    wrong = surest[predicted[surest] != split.labels[surest]][:most]
    return [
        Mistake(
            picture=_data_address(split.faces_gray[index]),
            actual=split.emotions[split.labels[index]],
            predicted=split.emotions[predicted[index]],
            confidence=float(confidences[index]),
            place=split.places[index] if split.places else "",
        )
        for index in wrong
    ]


def _data_address(face_gray: npt.NDArray[np.uint8]) -> str:
    encoded = cv2.imencode(".png", face_gray)[1].tobytes()
    return f"data:image/png;base64,{base64.b64encode(encoded).decode()}"


def _tiles(evaluation: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the figures that everybody asks for first."""
    people = evaluation.get("people")
    tiles = [] if not people else [
        ("of angry people raise an alert", percent(people["angry"]["share"])),
        ("of other people raise one", percent(people["others"]["share"])),
    ]  # fmt: skip
    tiles += [
        ("of the faces named rightly", percent(evaluation["accuracy"])),
        ("macro-F1", f"{evaluation['macro_f1']:.3f}"),
    ]
    if "anger_at_threshold" in evaluation:
        point = evaluation["anger_at_threshold"]
        tiles.append(("of pictures labelled angry marked", percent(point["recall"])))
        tiles.append(("of marked pictures labelled angry", percent(point["precision"])))
    if "ferplus_majority_accuracy" in evaluation:
        tiles.append(("agreement with most people", percent(evaluation["ferplus_majority_accuracy"])))
    tiles += [
        ("of other faces marked to find 90 % of those that most call angry", percent(row["false_positive_rate"]))
        for row in evaluation.get("consensus_anger", [])
        if row["recall"] == 0.9
    ]
    return tiles


def _facts(evaluation: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what was measured, on what and when, for the page's head."""
    times = ", ".join(f"{value:g} ms at {name.replace('_', ' ')}" for name, value in evaluation["ms_per_face"].items())
    return [
        (evaluation["kind"], evaluation["artefact"]),
        ("Architecture", f"{evaluation['architecture']}, {evaluation['size_px']} × {evaluation['size_px']} pixels"),
        ("Parameters", f"{evaluation['parameters']:,}"),
        ("Emotions", ", ".join(evaluation["emotions"])),
        ("Measured on", f"{evaluation['split']} of {evaluation['data']}, {evaluation['faces']:,} faces"),
        ("Measured at", evaluation["measured_at"]),
        ("Trained on", evaluation["trained_on"]),
        ("Numbers", f"{evaluation['quantisation']}, temperature {evaluation['temperature']:g}"),
        ("Mirror image averaged", "yes" if evaluation["mirror_averaging"] else "no"),
        ("Time per face", times),
        ("Code version", evaluation["code_version"]),
        ("SHA-256", evaluation["sha256"]),
    ]
