"""What can find the faces of a camera."""

from enum import StrEnum


class Detector(StrEnum):
    """Kinds of detectors; `AMENDS_DETECTOR` is the one of all cameras that have none of their own."""

    CHAIN = "chain"
    HAAR = "haar"
    BLAZEFACE = "blazeface"
