"""What the pages say of the AI model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from webapp.services.model.model_problem import ModelProblem
from webapp.services.model.model_use import ModelUse


@dataclass(frozen=True)
class ModelMetrics:
    """How well the model classified the faces of one split; shares are in [0, 1].

    Attributes:
        split: name of the split, for example `PublicTest`.
        faces: how many were read.
        accuracy: share of faces whose label it found, over all emotions.
        accuracy_range: its 95 % interval.
        threshold: score above which a face counts as angry-looking; None where no threshold was chosen.
        recall: share of the faces labelled angry that it marks.
        precision: share of the marked faces that are labelled angry.
        precision_range: its 95 % interval.
        false_positive_rate: share of all other faces that it marks.
    """

    split: str
    faces: int
    accuracy: float
    accuracy_range: tuple[float, float]
    threshold: float | None = None
    recall: float = 0.0
    precision: float = 0.0
    precision_range: tuple[float, float] = (0.0, 0.0)
    false_positive_rate: float = 0.0


@dataclass(frozen=True)
class PeopleShare:
    """How many people raise an alert; shares are in [0, 1].

    Attributes:
        people: how many were shown to a camera.
        share: of them, those who raise an alert of their own.
        interval: its 95 % interval.
    """

    people: int
    share: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class PeopleFigures:
    """Who raises an alert, of people whose face the detector finds.

    Attributes:
        source: of which pictures they were made.
        angry: those whom most viewers would call angry.
        others: those whom most viewers would call anything else.
        never_found: share of the angry people whose face the detector never found; they are not among `angry`.
    """

    source: str
    angry: PeopleShare
    others: PeopleShare
    never_found: float


@dataclass(frozen=True)
class ModelCard:
    """What an artefact says of itself.

    Attributes:
        name: of the artefact.
        architecture: of the model.
        parameters: how many numbers it has learnt.
        size_px: side of the grey faces that it reads.
        quantisation: how its numbers are stored.
        sha256: of its file.
        trained_at: day of the training, as YYYY-MM-DD; empty where that is not known.
        is_trained: false for random weights, which are for measuring speed alone.
        data: what it was trained and measured on, in words.
        code_version: of the program that exported it.
        is_explained: whether its answers can be explained.
        figures: on single pictures; None where it was never measured.
        people: of alerts; None where that was never measured.
        milliseconds: what one face takes, by batch: `batch_1` and so on.
    """

    name: str
    architecture: str
    parameters: int
    size_px: int
    quantisation: str
    sha256: str
    trained_at: str
    is_trained: bool
    data: str
    code_version: str
    is_explained: bool
    figures: ModelMetrics | None
    milliseconds: Mapping[str, float] = field(default_factory=dict)
    people: PeopleFigures | None = None


class ModelCards(Protocol):
    """Reads the artefact in use."""

    def card(self) -> ModelCard:
        """Return what the artefact says of itself.

        Raises:
            NotFound: there is none, or it cannot be read.
        """

    def problem(self) -> ModelProblem | None:
        """Return why vision analyses nobody, cheaply: it is asked for each page; None where it can."""

    def use(self) -> ModelUse | None:
        """Return on what vision runs it; None where vision has loaded none."""

    def report(self) -> bytes | None:
        """Return its full report, one HTML page; None where nobody has made it."""

    def report_command(self) -> str:
        """Return what an admin enters to make the report."""
