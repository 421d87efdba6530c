"""The report as a browser gets it: parsed, complete, self-contained, and without faces where none may be shown."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.evaluation.report import EVALUATION_FILE, render_report, worst_mistakes, write_report
from model.labels import EMOTIONS
from tests.unit.model.evaluation.made_up_evaluation import CURVES, made_up_evaluation

VOID = {"meta", "img", "br", "link", "input", "hr"}


class Page(HTMLParser):
    """What is in a page: its tags with their attributes, its texts, and whether every tag is closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def measured() -> tuple[dict[str, Any], Any, np.ndarray]:
    return made_up_evaluation()


@pytest.fixture(scope="module")
def html(measured: tuple[dict[str, Any], Any, np.ndarray]) -> str:
    evaluation, split, scores = measured
    return render_report(evaluation, CURVES, worst_mistakes(split, scores))


def test_every_part_is_there(html: str) -> None:
    texts = Page(html).texts

    for heading in (
        "In short", "Each emotion", "F1, precision and recall", "Confusion matrix, faces",
        "Confusion matrix, % of each row", "Precision and recall of anger", "Reliability", "Loss", "Accuracy",
        "Size", "Blur", "Contrast", "Brightness", "Tilt", "Noise", "Sharpness", "The worst mistakes",
        "Classification report", "Anger by the highest score, and at the alert threshold", "All in one table",
        "What was measured", "SHA-256", "abc123", "1,234",
    ):  # fmt: skip
        assert heading in texts, heading


def test_every_figure_says_what_it_shows_and_stands_in_a_table_too(html: str) -> None:
    page = Page(html)
    labels = [attributes["aria-label"] for attributes in page.all("div") if attributes.get("role") == "img"]

    assert len(labels) == len(page.all("svg")) == len(page.all("details")) == 15
    assert all(label and len(label) > 20 for label in labels)
    assert len(set(labels)) >= len(labels) - 1  # The confusion matrix is drawn twice and described alike.


def test_nothing_is_fetched_and_nothing_runs(html: str) -> None:
    page = Page(html)

    assert "http:" not in html
    assert "https:" not in html
    assert not page.all("script")
    assert not page.all("link")
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    for attributes in (attributes for _, attributes in page.tags):
        for name in ("src", "href", "xlink:href"):
            assert (attributes.get(name) or "#").startswith(("#", "data:image/png;base64,"))


def test_every_reference_inside_a_drawing_has_its_target(html: str) -> None:
    page = Page(html)
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    wanted = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', html))

    assert wanted
    assert wanted <= set(ids)
    assert len(ids) == len(set(ids))


def test_the_gallery_shows_the_surest_mistakes_first(measured: tuple[dict[str, Any], Any, np.ndarray]) -> None:
    _, split, scores = measured
    mistakes = worst_mistakes(split, scores, most=5)

    assert [mistake.confidence for mistake in mistakes] == sorted(
        (mistake.confidence for mistake in mistakes), reverse=True
    )
    assert all(mistake.actual != mistake.predicted for mistake in mistakes)
    wrong = scores.argmax(axis=1) != split.labels
    assert mistakes[0].confidence == pytest.approx(scores[wrong].max())
    assert mistakes[0].place.startswith("line ")


def test_without_a_gallery_no_picture_of_the_data_is_in_the_page(
    measured: tuple[dict[str, Any], Any, np.ndarray], tmp_path: Path
) -> None:
    evaluation, split, scores = measured

    page = Page(write_report(evaluation, split, scores, tmp_path, curves=CURVES, gallery=False).read_text())

    assert not page.all("img")
    assert not page.all("image")
    assert "The worst mistakes" not in page.texts


def test_a_page_without_faces_is_small_enough_to_commit_and_the_same_each_time(
    measured: tuple[dict[str, Any], Any, np.ndarray], tmp_path: Path
) -> None:
    first, second = (
        write_report(measured[0], None, None, tmp_path / name, curves=CURVES, gallery=False).read_bytes()
        for name in ("first", "second")
    )

    assert len(first) < 600_000
    assert first == second


def test_the_figures_lie_beside_the_page(measured: tuple[dict[str, Any], Any, np.ndarray], tmp_path: Path) -> None:
    page = write_report(measured[0], None, None, tmp_path / "new" / "folder", curves=None, gallery=False)

    assert json.loads((page.parent / EVALUATION_FILE).read_text()) == measured[0]


def test_a_gallery_needs_faces(measured: tuple[dict[str, Any], Any, np.ndarray], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="gallery"):
        write_report(measured[0], None, None, tmp_path, curves=None, gallery=True)


def test_names_are_text_and_never_markup() -> None:
    evaluation, split, scores = made_up_evaluation(artefact="<script>alert(1)</script>", trained_on="<b>&")

    html = render_report(evaluation, [], worst_mistakes(split, scores))

    assert not Page(html).all("script")
    assert "&lt;script&gt;" in html


def test_without_curves_and_robustness_a_sentence_says_so(measured: tuple[dict[str, Any], Any, np.ndarray]) -> None:
    evaluation = {key: value for key, value in measured[0].items() if key != "robustness"}

    page = Page(render_report(evaluation, [], []))

    assert "The curves of the training were not kept beside these weights." in page.texts
    assert "Not measured; give --robustness to measure it." in page.texts
    assert "Loss" not in page.texts


@pytest.mark.parametrize("emotions", [("happy", "sad"), ("angry", "happy", "neutral", "sad")])
def test_networks_of_fewer_emotions_have_a_report(emotions: tuple[str, ...]) -> None:
    evaluation, split, scores = made_up_evaluation(emotions)

    page = Page(render_report(evaluation, CURVES, worst_mistakes(split, scores)))

    assert ("Precision and recall of anger" in page.texts) == ("angry" in emotions)
    assert not [emotion for emotion in EMOTIONS if emotion not in emotions and emotion in page.texts]


def test_people_come_first_where_they_were_measured(measured: tuple[dict[str, Any], Any, np.ndarray]) -> None:
    def row(alerted: int, people: int) -> dict[str, Any]:
        low, high = (alerted / people - 0.05, alerted / people + 0.05) if people else (None, None)
        return {"people": people, "alerted": alerted, "share": people and alerted / people, "interval": [low, high]}

    point = {"threshold": 0.5, "angry": row(19, 20), "others": row(2, 100), "neutral": row(1, 50)}
    people = {
        "source": "fer2013, PublicTest",
        "angry": row(19, 20),
        "others": row(2, 100),
        "by_emotion": {"angry": row(19, 20), "disgust": row(0, 0)},
        "without_majority": row(3, 10),
        "never_found": {name: {"people": 30, "never_found": 6} for name in ("angry", "others")},
        "curve": [point, {**point, "threshold": 0.6}],
    }
    texts = " ".join(Page(render_report({**measured[0], "people": people}, CURVES, [])).texts)
    assert "Of 100 people whom most viewers would call angry, 95.0 (95 %: 90.0 to 100.0) raise an alert" in texts
    assert "never found 6 of 30 angry people" in texts
    assert texts.index("People") < texts.index("Each emotion")
