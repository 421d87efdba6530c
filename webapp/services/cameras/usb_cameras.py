"""Cameras that are plugged into this machine."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class USBCamera:
    """One that gives pictures.

    Attributes:
        url: its address: where the machine knows it by its serial number or its socket, that, as numbers change.
        name: as it calls itself.
    """

    url: str
    name: str


ListUSBCameras: TypeAlias = Callable[[], Sequence[USBCamera]]


def no_usb_cameras() -> Sequence[USBCamera]:
    """Return none: for a machine of which nobody knows."""
    return ()
