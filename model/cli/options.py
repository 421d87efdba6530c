"""What the learning side's commands share: their options, and how their errors are shown."""

import os
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click

from model.data.layouts.emotion_words import LEAVE_OUT, NUMBERINGS
from model.data.layouts.face_folder import ARCHIVE_SUFFIXES, FaceFolder, parse_classes
from model.errors import DatasetUnreadable, ModelError
from model.labels import EMOTIONS

P = ParamSpec("P")
R = TypeVar("R")

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FOLDER = click.Path(file_okay=False, path_type=Path)


def clear_errors(function: Callable[P, R]) -> Callable[P, R]:
    """Turn a ``ModelError`` into click's usage error with exit code 2, and a package that is missing into one line."""

    @wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except ModelError as error:
            raise click.UsageError(str(error)) from error
        except ModuleNotFoundError as error:
            raise _package_missing(error) from error

    return wrapped


class DataFolder(click.Path):
    """A folder of faces; of a file it is said what to do with it."""

    def __init__(self) -> None:
        """Take existing folders."""
        super().__init__(exists=True, file_okay=False, path_type=Path)

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        """Return the folder."""
        path = Path(value)
        if path.is_file():
            is_archive = path.suffix.lower() in ARCHIVE_SUFFIXES
            advice = "unpack it, and give the folder that comes of it" if is_archive else "give the folder it is in"
            self.fail(f"'{path}': expected a folder, came a file: {advice}", param, ctx)
        return super().convert(value, param, ctx)


DATA_FOLDER = DataFolder()


def reading_options(function: Callable[..., R]) -> Callable[..., R]:
    """Add what says how a folder of faces is read; the command gets its ``data_dir`` as a ``FaceFolder``."""

    @click.option(
        "--classes",
        default="",
        callback=_parsed_classes,
        metavar="NAME=EMOTION,…",
        help=f"What folders or labels mean: 0=angry,1=disgust,other={LEAVE_OUT}, or one of {', '.join(NUMBERINGS)}.",
    )
    @click.option(
        "--contempt",
        type=click.Choice([*EMOTIONS, LEAVE_OUT]),
        default=None,
        help="What becomes of contempt, the eighth class of some data sets.",
    )
    @click.option(
        "--held-out",
        type=click.FloatRange(0, 1, max_open=True),
        default=0.0,
        metavar="SHARE",
        help="Keep this share of the people for PublicTest, where the data has no split of its own.",
    )
    @wraps(function)
    def wrapped(
        *args: Any,
        data_dir: Path | None,
        classes: Mapping[str, str],
        contempt: str | None,
        held_out: float,
        **kwargs: Any,
    ) -> R:
        folder = FaceFolder(data_dir, classes, contempt or "", held_out) if data_dir else None
        return function(*args, data_dir=folder, **kwargs)

    return wrapped


def data_option(function: Callable[..., R]) -> Callable[..., R]:
    """Add ``--data`` and what says how it is read."""
    described = "Folder of fer2013.csv, of train/EMOTION, or of another layout; see docs/data.md."
    option = click.option("--data", "data_dir", required=True, type=DATA_FOLDER, help=described)
    return option(reading_options(function))


def _parsed_classes(_context: click.Context, _option: click.Parameter, text: str) -> dict[str, str]:
    try:
        return parse_classes(text)
    except DatasetUnreadable as error:
        raise click.UsageError(str(error)) from error


def _package_missing(error: ModuleNotFoundError) -> click.ClickException:
    """Say how to get what `make setup` leaves out."""
    package = (error.name or "").partition(".")[0]
    command = click.get_current_context().info_name
    return click.ClickException(
        f"{command} needs the package {package}, which serving does not: expected an installation with "
        "`make setup-dev`; run that and try again"
    )
