"""`explain`: how the model classifies one face, as a picture."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from webapp.cli.processes.parts.pipeline_parts import check_writable, face_detector, load_classifier, load_explaining
from webapp.domain.vision.emotions import EMOTION_WORDS
from webapp.errors import InputInvalid
from webapp.settings import load_settings

if TYPE_CHECKING:
    from webapp.vision.offline.explanation import ExplainedStill

_HOW_TO_ADD = "make one with `run.py export RUN --out ARTEFACT --explanation-only`"
_DEFAULT_OUT = Path("explanation.png")


@click.command()
@click.argument("image")
@click.option(
    "--weights",
    "artefact_dir",
    metavar="ARTEFACT",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the artefact; AMENDS_MODEL_DIR otherwise.",
)
@click.option(
    "--out",
    "out_path",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    default=_DEFAULT_OUT,
    show_default=True,
    help="Where the picture goes.",
)
@click.option("--face", "face_number", type=click.IntRange(1), default=1, help="Which one: 1 is the largest.")
def explain(image: str, artefact_dir: Path | None, out_path: Path, face_number: int) -> None:
    """Show how the model classifies the largest face of IMAGE, a path or an http(s) address.

    One picture: the stages of the model with their shapes and parameters, the feature maps at the end of each, and
    Grad-CAM for every emotion. Needs no TensorFlow.

    \b
    Examples:
      python run.py explain visitor.jpg
      python run.py explain visitor.jpg --face 2 --out why.png --weights model/weights/mine
    """
    from model.explanation.figure import ExplainedFace, write_figure
    from webapp.vision.images.image_io import read_picture, shown_name
    from webapp.vision.offline.explanation import explain_still

    check_writable(out_path)
    settings = load_settings()
    classifier = load_classifier(settings, artefact_dir)
    explaining = load_explaining(artefact_dir or settings.model_dir)
    if explaining is None:
        raise InputInvalid(f"{classifier.manifest.name} has no explanation; {_HOW_TO_ADD}.")
    picture = read_picture(image, settings.camera_open_timeout_s)
    found = explain_still(picture, face_detector(settings), classifier, explaining, margin=settings.crop_margin)
    chosen = _chosen(found, face_number, shown_name(image))
    if chosen.face.scores is None or chosen.explanation is None:
        raise InputInvalid(f"{shown_name(image)}: face {face_number} is too blurred to be read.")
    scores = chosen.face.scores.as_dict()
    shown = ExplainedFace(picture[..., ::-1], chosen.face.box_xyxy, chosen.crop_gray, scores, chosen.explanation)
    _write(lambda: write_figure(out_path, shown, explaining.manifest), out_path)
    others = f"; {len(found) - 1} more, see --face" if len(found) > 1 else ""
    top = chosen.face.scores.top
    click.echo(f"{out_path}: {EMOTION_WORDS[top]} {chosen.face.scores.confidence:.0%}{others}")


def _chosen(found: "Sequence[ExplainedStill]", face_number: int, name: str) -> "ExplainedStill":
    if face_number <= len(found):
        return found[face_number - 1]
    if not found:
        raise InputInvalid(f"{name}: no face found, so there is nothing to explain.")
    raise InputInvalid(
        f"{name}: expected --face from 1 to {len(found)}, the number of faces found; came {face_number}."
    )


def _write(write: Callable[[], None], path: Path) -> None:
    try:
        write()
    except (OSError, ValueError) as error:
        path.unlink(missing_ok=True)
        raise InputInvalid(f"Cannot write '{path}': {error}. Give a name that ends in .png or .pdf.") from None
