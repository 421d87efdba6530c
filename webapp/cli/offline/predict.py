"""`predict`: faces and emotions of still pictures."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from webapp.cli.processes.parts.pipeline_parts import check_writable, face_detector, load_classifier
from webapp.errors import InputInvalid
from webapp.settings import Settings, load_settings

if TYPE_CHECKING:
    from webapp.vision.pipeline.image_analysis import StillFace


@click.command()
@click.argument("images", metavar="IMAGE...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of words.")
@click.option(
    "--annotate",
    "annotate_path",
    metavar="OUT",
    type=click.Path(path_type=Path),
    help="Write the picture with its faces marked; with several images OUT is a folder.",
)
def predict(images: tuple[str, ...], as_json: bool, annotate_path: Path | None) -> None:
    """Find and classify the faces of still pictures, given as paths or http(s) addresses.

    One after the other: each answer is written as soon as it is known. A picture that cannot be read is named, and the
    others are answered; then the exit code is 2.

    \b
    Examples:
      python run.py predict visitor.jpg
      python run.py predict *.jpg --json > faces.jsonl
      python run.py predict http://192.0.2.10/snapshot.jpg --annotate marked.jpg
    """
    names = [_shown(image) for image in images]
    outputs = _outputs(names, annotate_path)
    look = _looker(load_settings())
    failures = []
    for image, name, output in zip(images, names, outputs, strict=True):
        try:
            faces = look(image, output)
        except InputInvalid as error:
            failures.append(error)
            _tell_failure(name, error, as_json=as_json, is_alone=len(images) == 1)
        else:
            _write_line(json.dumps(_as_object(name, faces)) if as_json else _as_text(name, faces))
    if failures and len(images) == 1:
        raise failures[0]
    if failures:
        raise InputInvalid(f"{len(failures)} of {len(images)} pictures could not be answered.")


def _shown(image: str) -> str:
    """Return a picture's name as people may see it, also where it is an address that is none."""
    from webapp.vision.images.image_io import shown_name

    try:
        return shown_name(image)
    except InputInvalid:
        return f"{image.partition('://')[0]}://…"


def _looker(settings: Settings) -> "Callable[[str, Path | None], Sequence[StillFace]]":
    """Return what reads one picture and keeps nothing of it."""
    from webapp.vision.images.image_io import read_picture, write_picture
    from webapp.vision.pipeline.annotation import annotate_still
    from webapp.vision.pipeline.image_analysis import read_still

    detector, classifier = face_detector(settings), load_classifier(settings)

    def look(image: str, output: Path | None) -> "Sequence[StillFace]":
        picture = read_picture(image, settings.camera_open_timeout_s)
        faces = read_still(picture, detector, classifier, margin=settings.crop_margin)
        if output is not None:
            write_picture(output, annotate_still(picture, faces))
        return faces

    return look


def _tell_failure(name: str, error: InputInvalid, *, as_json: bool, is_alone: bool) -> None:
    """Say at once which picture has no answer, and why; what is alone is said at the end."""
    if as_json:
        _write_line(json.dumps({"image": name, "error": str(error)}))
    elif not is_alone:
        click.echo(str(error), err=True)


def _write_line(text: str) -> None:
    """Write a line that who reads the other end of a pipe gets now."""
    click.echo(text)
    sys.stdout.flush()


def _outputs(names: Sequence[str], annotate_path: Path | None) -> list[Path | None]:
    """Return where each marked picture goes.

    Raises:
        InputInvalid: it cannot be written there.
    """
    if annotate_path is None:
        return [None] * len(names)
    if len(names) == 1 and not annotate_path.is_dir():
        check_writable(annotate_path)
        return [annotate_path]
    try:
        annotate_path.mkdir(exist_ok=True)
    except OSError as error:
        raise InputInvalid(f"Cannot make the folder '{annotate_path}': {error.strerror}.") from None
    stems = [Path(name.rpartition("/")[2]).stem or "image" for name in names]
    numbered = [f"{stem}-{number}" if stems.count(stem) > 1 else stem for number, stem in enumerate(stems, 1)]
    outputs: list[Path | None] = [annotate_path / f"{stem}-faces.jpg" for stem in numbered]
    check_writable(outputs[0])
    return outputs


def _as_object(name: str, faces: "Sequence[StillFace]") -> dict[str, Any]:
    return {"image": name, "faces": [_face_object(face) for face in faces]}


def _face_object(face: "StillFace") -> dict[str, Any]:
    return {
        "box_xyxy": [round(side, 1) for side in face.box_xyxy],
        "scores": face.scores.as_dict() if face.scores else None,
        "emotion": face.scores.top.value if face.scores else None,
    }


def _as_text(name: str, faces: "Sequence[StillFace]") -> str:
    from webapp.domain.vision.emotions import EMOTION_WORDS

    shown = click.format_filename(name)
    if not faces:
        return f"{shown}: no face found"
    lines = [f"{shown}: {len(faces)} face{'s' if len(faces) > 1 else ''}"]
    for face in faces:
        box = ", ".join(str(round(side)) for side in face.box_xyxy)
        seen = f"{EMOTION_WORDS[face.scores.top]} {face.scores.confidence:.0%}" if face.scores else "not readable"
        lines.append(f"  [{box}]  {seen}")
    return "\n".join(lines)
