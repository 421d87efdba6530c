"""`ListUSBCameras` over the devices of Linux: what is plugged in and gives pictures."""

import fcntl
import os
import struct
from collections.abc import Sequence
from pathlib import Path

from webapp.services.cameras.usb_cameras import USBCamera

# VIDIOC_QUERYCAP, and its answer: driver, name, bus, version, what the driver can, what this device can.
_ASK_ABILITIES = 0x80685600
_ABILITIES = struct.Struct("16x32s32x4xII12x")
_IS_OF_DEVICE = 1 << 31
_GIVES_PICTURES = 1 << 0 | 1 << 12
_NUMBERED = "-video-index"


class USBDevices:
    """Lists cameras by the names that stay: numbers change with the order in which they are plugged in."""

    def __init__(self, devices_dir: Path = Path("/dev")) -> None:
        self._dir = devices_dir

    def list(self) -> Sequence[USBCamera]:
        """Return the cameras that are there, by address; devices that give no pictures are left out."""
        found = [self._camera(node) for node in self._dir.glob("video*") if node.name.removeprefix("video").isdigit()]
        return sorted((camera for camera in found if camera), key=lambda camera: camera.url)

    def _camera(self, node: Path) -> USBCamera | None:
        names = [
            link for kind in ("by-id", "by-path") for link in self._links(kind) if link.resolve() == node.resolve()
        ]
        said = _abilities(node)
        if said is None:  # It may not be asked: by udev's names the first device of a camera gives its pictures.
            gives_pictures, name = all(_is_first(link.name) for link in names), ""
        else:
            gives_pictures, name = said
        if not gives_pictures:
            return None
        if not names:
            return USBCamera(f"usb:{node.name.removeprefix('video')}", name or node.name)
        return USBCamera(f"usb:/dev/{names[0].relative_to(self._dir)}", name or _words(names[0].name))

    def _links(self, kind: str) -> Sequence[Path]:
        folder = self._dir / "v4l" / kind
        return sorted(folder.iterdir()) if folder.is_dir() else ()


def _abilities(node: Path) -> tuple[bool, str] | None:
    """Return whether a device gives pictures, and its name; None where it does not say."""
    try:
        device = os.open(node, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        answer = bytearray(_ABILITIES.size)
        fcntl.ioctl(device, _ASK_ABILITIES, answer)
        name, of_driver, of_device = _ABILITIES.unpack(answer)
    except OSError:
        return None
    finally:
        os.close(device)
    abilities = of_device if of_driver & _IS_OF_DEVICE else of_driver
    return bool(abilities & _GIVES_PICTURES), name.rstrip(b"\0").decode("utf-8", "replace")


def _is_first(link_name: str) -> bool:
    _, is_numbered, number = link_name.rpartition(_NUMBERED)
    return not is_numbered or number == "0"


def _words(link_name: str) -> str:
    return link_name.removeprefix("usb-").rpartition("-video")[0].replace("_", " ") or link_name
