"""What the learning side's commands share: their options, and how their errors are shown."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from model.errors import ModelError

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


data_option = click.option(
    "--data",
    "data_dir",
    required=True,
    type=FOLDER,
    help="Folder of fer2013.csv, or of train/EMOTION; see docs/data.md.",
)


def _package_missing(error: ModuleNotFoundError) -> click.ClickException:
    """Say how to get what `make setup` leaves out."""
    package = (error.name or "").partition(".")[0]
    command = click.get_current_context().info_name
    return click.ClickException(
        f"{command} needs the package {package}, which serving does not: expected an installation with "
        "`make setup-dev`; run that and try again"
    )
