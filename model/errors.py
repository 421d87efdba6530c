"""What can go wrong in ``model``.

::

    ModelError
    ├── ArtefactMismatch     the artefact and this code do not belong together
    ├── DatasetUnreadable    the data folder or a file in it cannot be used
    ├── EngineMissing        what trains is not installed
    ├── ExperimentInvalid    an experiment's configuration is wrong
    └── PictureUnreadable    a file is no picture that can be read
"""

from enum import StrEnum


class ModelError(Exception):
    """Base of everything that ``model`` raises on purpose. The message is one line for the person who reads it."""


class ArtefactMismatch(ModelError):
    """An artefact's file, labels, preprocessing or input size is not what its manifest or this code expects."""

    def __init__(self, what: str, *, expected: object, came: object, remedy: str) -> None:
        """Say what differs and what to do about it.

        Args:
            what: The part that differs, for example ``"labels"``; also kept as ``self.what``.
            expected: What this code or the manifest expects.
            came: What was found.
            remedy: What the reader can do.
        """
        super().__init__(f"{what}: expected {expected}, came {came}; {remedy}")
        self.what = what


class DatasetUnreadable(ModelError):
    """A data set's folder, file, column or size is not usable; the message names it."""


class EngineMissing(ModelError):
    """The library that is to train is not installed; the message says how to get it."""


class ExperimentInvalid(ModelError):
    """A configuration names an unknown field or model, or has a value out of range."""


class PictureFault(StrEnum):
    """What can be wrong with a picture's file."""

    EMPTY = "empty"
    NO_PICTURE = "no_picture"
    OTHER_KIND = "other_kind"
    TOO_MANY_PIXELS = "too_many_pixels"
    DAMAGED = "damaged"
    VALUES = "values"  # Floating-point or 32-bit ones, whose black and white nobody knows.
    FEW_BITS = "few_bits"  # 12 bits or fewer in a file of 16.
    COLOURS = "colours"


class PictureUnreadable(ModelError, ValueError):
    """A file is no picture that can be read; the message says what was expected and what came."""

    def __init__(self, fault: PictureFault, reason: str, *, came: str = "") -> None:
        """Say what is wrong.

        Args:
            fault: Of which kind it is.
            reason: What was expected, what came and what to do.
            came: What was found, in a word, for those who word it themselves.
        """
        super().__init__(reason)
        self.fault = fault
        self.came = came
