"""Addresses of cameras that no network is asked for: devices, recordings, and screens that send by themselves."""

import re

from webapp.errors import InputInvalid

# By number, by udev's names, or by a serial number, in which there is a digit.
_USB_DEVICE = re.compile(
    r"[0-9]{1,3}|/dev/video[0-9]{1,3}|/dev/v4l/by-(id|path)/\w[\w.:+\-@,=#]*|(?=\D*\d)\w[\w.:+\-]{3,}"
)


def check_local(kind: str, rest: str) -> None:
    """Check what stands behind the prefix of an address.

    Args:
        kind: the value of a `CameraKind`.
        rest: behind `usb:`, `file:` or `kiosk:`.

    Raises:
        InputInvalid: no such camera can be there.
    """
    if kind == "usb" and not _USB_DEVICE.fullmatch(rest):
        raise InputInvalid(
            "Expected usb:N with N the device's number, such as usb:0, or usb: with its path under /dev/v4l or its "
            "serial number, got 'usb:%(rest)s'.",
            rest=rest.rpartition("@")[2],
            field="url",
        )
    if kind == "file" and not rest:
        raise InputInvalid("Expected file:PATH with the path of a video, got no path.", field="url")
    if kind == "kiosk" and rest:
        raise InputInvalid(
            "Expected 'kiosk:' and nothing behind it: which device it is, its pairing says.", field="url"
        )
